/** Turns bursts of events into one call: after a short quiet, or at the latest after a while of noise. */

import type { Clock } from '../contracts/clock.ts';

export interface Settle {
  event(): void;
  cancel(): void;
}

export function createSettle(clock: Clock, of: { readonly quietMs: number; readonly latestMs: number; readonly run: () => void }): Settle {
  let cancelTimer: (() => void) | null = null;
  let firstAtMs = 0;

  function fire(): void {
    cancelTimer = null;
    of.run();
  }

  return {
    event() {
      const nowMs = clock.monotonicMs();
      if (cancelTimer) cancelTimer();
      else firstAtMs = nowMs;
      cancelTimer = clock.after(Math.max(0, Math.min(of.quietMs, firstAtMs + of.latestMs - nowMs)), fire);
    },
    cancel() {
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
