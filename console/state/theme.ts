/** Light, dark, or as the system says; kept in the browser. */

import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

export const themes: readonly Theme[] = ['system', 'light', 'dark'];
export const theme = signal<Theme>('system');

const key = 'stratos-theme';

/** Takes up what the reader chose on an earlier visit. */
export function restoreTheme(): void {
  try {
    const kept = themes.find((one) => one === localStorage.getItem(key));
    if (kept !== undefined) show(kept);
  } catch {
    // A browser that keeps nothing shows what the system says.
  }
}

export function chooseTheme(chosen: Theme): void {
  show(chosen);
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // It holds for this visit.
  }
}

function show(chosen: Theme): void {
  theme.value = chosen;
  document.documentElement.dataset['theme'] = chosen;
}
