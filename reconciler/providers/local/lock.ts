/**
 * One starter at a time on this machine, also when two reconcilers share a folder for a moment. The lock is SQLite's on an
 * empty file: the kernel lets go of it when its holder dies, so it is never stale.
 */

import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../contracts/clock.ts';

const retryMs = 20;
const sqliteBusy = 5;

/** Runs alone. `run` is synchronous, so that nothing of this process interleaves either. @throws Error when the lock is not free in time. */
export async function alone<Result>(path: string, { clock, waitMs }: { clock: Clock; waitMs: number }, run: () => Result): Promise<Result> {
  const untilMs = clock.monotonicMs() + waitMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== null) {
      try {
        return run();
      } finally {
        lock.close();
      }
    }
    if (clock.monotonicMs() > untilMs) throw new Error(`another process holds ${path}`);
    await new Promise<void>((resolve) => void clock.after(retryMs, resolve));
  }
}

function tryLock(path: string): DatabaseSync | null {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if ((error as { errcode?: unknown }).errcode === sqliteBusy) return null;
    throw error;
  }
}
