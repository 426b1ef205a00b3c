/** Calls again and again, each time after an interval that is spread by a fifth, so that many sources don't look at once. */

import type { Clock } from '../contracts/clock.ts';

const spread = 0.2;

/** The returned function ends it. */
export function startPoll(clock: Clock, intervalMs: number, run: () => void): () => void {
  let cancel = (): void => {};
  const schedule = (): void => {
    cancel = clock.after(intervalMs * (1 - spread + 2 * spread * clock.random()), () => {
      schedule();
      run();
    });
  };
  schedule();
  return () => cancel();
}
