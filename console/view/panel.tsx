/** A titled part of the page whose content scrolls on its own where there is room beside others. */

import type { ComponentChildren } from 'preact';

export function Panel(of: { readonly id: string; readonly title: string; readonly note?: ComponentChildren; readonly children: ComponentChildren }) {
  return (
    <section class="panel" id={of.id} aria-labelledby={`${of.id}-title`} tabIndex={-1}>
      <header class="panel-head">
        <h2 id={`${of.id}-title`}>{of.title}</h2>
        <div class="panel-note">{of.note}</div>
      </header>
      <div class="panel-body">{of.children}</div>
    </section>
  );
}
