/** A clock that goes only when it is told to. */

import type { Clock } from '../../reconciler/contracts/clock.ts';

export interface ManualClock extends Clock {
  /** Runs what falls due, in order. */
  advance(ms: number): void;
  /** The delays of what is waiting. */
  waiting(): readonly number[];
}

/** @param random What `random` answers, again and again. */
export function createManualClock(random: readonly number[] = [0.5]): ManualClock {
  let nowMs = 1_000_000;
  let drawn = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => random[drawn++ % random.length] ?? 0,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const next = timers.filter((one) => one.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = endMs;
    },
    waiting: () => timers.map(({ atMs }) => atMs - nowMs),
  };
}
