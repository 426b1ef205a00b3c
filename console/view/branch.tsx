/** A row of the tree that opens and closes. What is below it exists only while it is open. */

import type { ComponentChildren } from 'preact';
import { isOpen, setOpen } from '../state/store.ts';

export function Branch(of: {
  readonly id: string; readonly kind: string; readonly openAtFirst: boolean; readonly row: ComponentChildren; readonly children: () => ComponentChildren;
}) {
  const open = isOpen(of.id, of.openAtFirst);
  return (
    <details class="branch" data-kind={of.kind} open={open} onToggle={(event) => {
      if (event.currentTarget.open !== isOpen(of.id, of.openAtFirst)) setOpen(of.id, event.currentTarget.open);
    }}>
      <summary class="row">{of.row}</summary>
      {open ? of.children() : null}
    </details>
  );
}
