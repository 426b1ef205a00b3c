/**
 * Reads the API again when something has changed. Invariants: one reading at a time; whatever is asked for while one runs
 * leads to one more after it; a failed reading is repeated, later each time.
 */

import type { Clock } from '../clock.ts';
import { backOffMs } from '../model/back-off.ts';

/** Readings begin at least this far apart. */
const spacingMs = 250;

export interface Refresher {
  /** Something may have changed. */
  request(): void;
  stop(): void;
}

/** @param read one reading; throws when it failed. `told` hears of each end: null, or why it failed. */
export function createRefresher(clock: Clock, read: () => Promise<void>, told: (failure: string | null) => void): Refresher {
  let running = false;
  let asked = false;
  let failures = 0;
  let stopped = false;
  let cancel: (() => void) | null = null;

  const later = (delayMs: number): void => {
    cancel?.();
    cancel = clock.after(delayMs, () => {
      cancel = null;
      void run();
    });
  };

  const run = async (): Promise<void> => {
    running = true;
    asked = false;
    let failure: string | null = null;
    try {
      await read();
      failures = 0;
    } catch (error) {
      failures += 1;
      failure = error instanceof Error ? error.message : String(error);
    }
    running = false;
    if (stopped) return;
    told(failure);
    if (failures > 0) later(backOffMs(failures, clock.random()));
    else if (asked) later(spacingMs);
  };

  return {
    request() {
      asked = true;
      if (!running && !stopped && (cancel === null || failures > 0)) later(0);
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
