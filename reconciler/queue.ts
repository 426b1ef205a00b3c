/**
 * The work queue: keys, never facts. A key stands in it at most once; one key is worked on by at most one worker at a
 * time, and a key added meanwhile is worked on once more. Failures back off with full jitter.
 * Invariants: bounded by the number of keys; no key is lost between `add` and its run; `close` waits for what runs.
 */

import type { Clock } from './contracts/clock.ts';

export interface Queue<Key extends string> {
  /** As soon as there is a worker. */
  add(key: Key): void;
  /** Not before the time, earlier if `add` comes first; of several times the earliest counts. */
  addAt(key: Key, atMs: number): void;
  /** Keys waiting or running now. */
  depth(): number;
  close(): Promise<void>;
}

export interface QueueOptions<Key extends string> {
  readonly clock: Clock;
  readonly workers: number;
  readonly work: (key: Key) => Promise<void>;
  readonly onError: (key: Key, error: unknown, failures: number) => void;
  readonly backOffMaxMs?: number;
}

export function createQueue<Key extends string>(options: QueueOptions<Key>): Queue<Key> {
  const { clock, workers } = options;
  const ready = new Set<Key>();
  const running = new Map<Key, Promise<void>>();
  const again = new Set<Key>();
  const later = new Map<Key, { atMs: number; cancel: () => void }>();
  const failing = failureCounter(options);
  let closed = false;

  function add(key: Key): void {
    if (closed) return;
    later.get(key)?.cancel();
    later.delete(key);
    if (running.has(key)) again.add(key);
    else ready.add(key);
    next();
  }

  function addAt(key: Key, atMs: number): void {
    if (closed || ready.has(key)) return;
    const known = later.get(key);
    if (known && known.atMs <= atMs) return;
    known?.cancel();
    later.set(key, { atMs, cancel: clock.after(Math.max(0, atMs - clock.nowMs()), () => { later.delete(key); add(key); }) });
  }

  function next(): void {
    for (const key of ready) {
      if (running.size >= workers) return;
      ready.delete(key);
      running.set(key, run(key));
    }
  }

  async function run(key: Key): Promise<void> {
    try {
      await options.work(key);
      failing.succeeded(key);
    } catch (error) {
      addAt(key, failing.failed(key, error));
    } finally {
      running.delete(key);
      if (again.delete(key)) add(key);
      else next();
    }
  }

  return {
    add,
    addAt,
    depth: () => ready.size + running.size,
    async close() {
      closed = true;
      for (const timer of later.values()) timer.cancel();
      later.clear();
      ready.clear();
      await Promise.allSettled(running.values());
    },
  };
}

/** Counts failures in a row by key, and says when to try again: full jitter under a doubling ceiling. */
function failureCounter<Key extends string>({ clock, onError, backOffMaxMs = 30_000 }: QueueOptions<Key>): { succeeded(key: Key): void; failed(key: Key, error: unknown): number } {
  const failures = new Map<Key, number>();
  return {
    succeeded: (key) => void failures.delete(key),
    failed(key, error) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      onError(key, error, count);
      return clock.nowMs() + clock.random() * Math.min(backOffMaxMs, 250 * 2 ** Math.min(count, 10));
    },
  };
}
