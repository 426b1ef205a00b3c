/** A clock that stands still until it is moved, and chance that always says the same. */

import type { Clock } from '../../reconciler/contracts/clock.ts';

export interface ManualClock extends Clock {
  /** Moves on and runs what falls due, in order. */
  advance(byMs: number): void;
  /** How long until each thing that waits. */
  waiting(): readonly number[];
}

export function manualClock(random = 0.5): ManualClock {
  let nowMs = 1_800_000_000_000;
  let due: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => random,
    after(delayMs, run) {
      const entry = { atMs: nowMs + delayMs, run };
      due.push(entry);
      return () => {
        due = due.filter((one) => one !== entry);
      };
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const [next] = due.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs);
        if (next === undefined) break;
        due = due.filter((one) => one !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = untilMs;
    },
    waiting: () => due.map(({ atMs }) => atMs - nowMs).sort((one, other) => one - other),
  };
}
