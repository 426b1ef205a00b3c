/** Chooses between light, dark and what the system says. */

import { chooseTheme, theme, themes } from '../state/theme.ts';

export function ThemeChoice() {
  return (
    <label class="theme">
      <span class="label">Theme</span>
      <select value={theme.value} onChange={(event) => chooseTheme(themes.find((one) => one === event.currentTarget.value) ?? 'system')}>
        {themes.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
    </label>
  );
}
