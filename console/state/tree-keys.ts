/** Arrow keys in a tree of nested disclosures: up and down through what is visible, right to open, left to close. */

/** Handles a key that was pressed inside the tree; keys that mean nothing here are left to the browser. */
export function moveInTree(tree: HTMLElement, event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.localName !== 'summary' || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...tree.querySelectorAll('summary')];
  const here = rows.indexOf(target);
  const branch = target.parentElement as HTMLDetailsElement;
  const move = moves(rows, here, branch)[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}

function moves(rows: readonly HTMLElement[], here: number, branch: HTMLDetailsElement): Readonly<Record<string, () => void>> {
  const parent = branch.parentElement?.closest('details')?.querySelector('summary');
  return {
    ArrowDown: () => rows[here + 1]?.focus(),
    ArrowUp: () => rows[here - 1]?.focus(),
    Home: () => rows[0]?.focus(),
    End: () => rows.at(-1)?.focus(),
    ArrowRight: () => {
      if (!branch.open) branch.open = true;
      else if (branch.contains(rows[here + 1] ?? null)) rows[here + 1]?.focus();
    },
    ArrowLeft: () => {
      if (branch.open) branch.open = false;
      else parent?.focus();
    },
  };
}
