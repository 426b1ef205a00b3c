/** The only clock of the reconciler: everything else is handed this one, or a virtual one in its place. */

import type { Clock } from './contracts/clock.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  after(delayMs, run) {
    // A longer one would fire at once; who is woken too early looks again.
    const timer = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
