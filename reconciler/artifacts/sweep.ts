/** Removes what nobody has used for a while, and never before it was seen unused for all of that time. */

import type { Clock } from '../contracts/clock.ts';

export interface Shelf {
  list(): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
  /** Null: what is used is not known yet, so nothing may go. */
  used(): ReadonlySet<string> | null;
}

/** Looks at every shelf a few times in each `dropAfterMs`. */
export function createSweep(of: { readonly clock: Clock; readonly dropAfterMs: number; readonly shelves: readonly Shelf[]; readonly warn: (message: string) => void }): { close(): Promise<void> } {
  const unusedSince = of.shelves.map(() => new Map<string, number>());
  let running: Promise<void> = Promise.resolve();
  let closed = false;
  let cancel: () => void = () => undefined;

  async function sweep(): Promise<void> {
    for (const [at, shelf] of of.shelves.entries()) {
      await sweepShelf(shelf, unusedSince[at] ?? new Map(), of.clock.monotonicMs(), of.dropAfterMs)
        .catch((error: unknown) => of.warn(`unused artifacts could not be removed: ${String(error)}`));
    }
    schedule();
  }

  function schedule(): void {
    if (closed) return;
    cancel = of.clock.after(of.dropAfterMs / 4, () => {
      running = sweep();
    });
  }

  schedule();
  return {
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}

async function sweepShelf(shelf: Shelf, since: Map<string, number>, nowMs: number, dropAfterMs: number): Promise<void> {
  for (const name of await shelf.list()) {
    const used = shelf.used();
    if (used === null || used.has(name)) {
      since.delete(name);
      continue;
    }
    const sinceMs = since.get(name) ?? nowMs;
    since.set(name, sinceMs);
    if (nowMs - sinceMs < dropAfterMs) continue;
    await shelf.remove(name);
    since.delete(name);
  }
}
