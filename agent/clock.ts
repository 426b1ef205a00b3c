/** The agent's only clock and its only dice. Everything else is handed one of these. */

import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Milliseconds since 1970, for what is shown. */
  nowMs(): number;
  /** Milliseconds that never step back, for durations; they start again with the process. */
  monotonicMs(): number;
  /** A whole number in [min, max). */
  randomBetween(min: number, max: number): number;
  /** Runs once after a delay; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  randomBetween: (min, max) => randomInt(min, max),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after a delay, or at once when the signal fires. Never rejects. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done);
  });
}
