/**
 * When one repository is looked at: now and then with jitter, sooner after a hint, later and later while it fails.
 * Invariant: one look at a time; a hint during a look gives one more look after it, never a queue of them.
 */

import type { Clock } from '../contracts/clock.ts';

export interface Schedule {
  /** Looks now; resolves when a look that began after this call has ended. */
  now(): Promise<void>;
  /** No look begins any more; resolves when the last one has ended. */
  close(): Promise<void>;
}

export interface Rhythm {
  readonly everyMs: number;
  readonly firstRetryMs: number;
  readonly mostRetryMs: number;
}

const shortestRetryMs = 100;

/** `look` says whether all went well; it must not throw. The first look happens when `now` is called first. */
export function createSchedule(clock: Clock, rhythm: Rhythm, look: () => Promise<boolean>): Schedule {
  let running: Promise<void> | null = null;
  let after: Promise<void> | null = null;
  let cancel: () => void = () => undefined;
  let failures = 0;
  let closed = false;

  function delayMs(): number {
    if (failures === 0) return rhythm.everyMs * (0.9 + 0.2 * clock.random());
    const cap = Math.min(rhythm.mostRetryMs, rhythm.firstRetryMs * 2 ** Math.min(failures - 1, 30));
    return Math.max(shortestRetryMs, clock.random() * cap);
  }

  async function run(): Promise<void> {
    cancel();
    const well = await look();
    failures = well ? 0 : failures + 1;
    running = null;
    if (!closed) cancel = clock.after(delayMs(), () => void now());
  }

  function now(): Promise<void> {
    if (closed) return Promise.resolve();
    if (running === null) return (running = run());
    after ??= running.then(() => {
      after = null;
      return now();
    });
    return after;
  }

  return {
    now,
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}
