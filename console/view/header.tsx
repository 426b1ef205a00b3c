/** The name of the platform, whose view of it this is, and how the page stands to the server. */

import { tenant } from '../state/store.ts';
import { ConnectionState } from './connection-state.tsx';
import { Logo } from './logo.tsx';
import { ThemeChoice } from './theme-choice.tsx';

export function Header() {
  return (
    <header class="top">
      <h1 class="brand"><Logo />Metatron <b>Stratos</b></h1>
      <span class="tenant"><span class="label">tenant</span> {tenant}</span>
      <ConnectionState />
      <span class="push" />
      <ThemeChoice />
    </header>
  );
}
