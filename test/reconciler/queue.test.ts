import { expect, test } from 'vitest';
import type { Clock } from '../../reconciler/contracts/clock.ts';
import { createQueue } from '../../reconciler/queue.ts';

/** Time moves only when it is told to. */
function virtualClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    nowMs: () => now, monotonicMs: () => now, random: () => 1,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].filter((one) => one.at <= now).sort((a, b) => a.at - b.at)) {
        timers.delete(timer);
        timer.run();
      }
      await settle();
    },
  };
}

const settle = async (): Promise<void> => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); };

test('a key that is added many times before it runs runs once', async () => {
  const runs: string[] = [];
  const queue = createQueue({ clock: virtualClock(), workers: 1, work: async (key) => { runs.push(key); }, onError: () => undefined });
  for (let count = 0; count < 1_000; count += 1) queue.add(`key ${count % 10}`);
  await settle();
  // The first key had begun before it was added again.
  expect(runs.filter((key) => key !== 'key 0').sort()).toEqual(Array.from({ length: 9 }, (_, index) => `key ${index + 1}`));
  expect(runs.filter((key) => key === 'key 0').length).toBeLessThanOrEqual(2);
});

test('a key that is added while it runs runs once more, never beside itself', async () => {
  let running = 0;
  let runs = 0;
  const gates: (() => void)[] = [];
  const queue = createQueue({
    clock: virtualClock(), workers: 4, onError: () => undefined,
    async work() {
      running += 1;
      runs += 1;
      expect(running).toBe(1);
      await new Promise<void>((resolve) => gates.push(resolve));
      running -= 1;
    },
  });
  queue.add('one');
  queue.add('one');
  queue.add('one');
  gates.shift()!();
  await settle();
  gates.shift()!();
  await settle();
  expect([runs, gates.length, queue.depth()]).toEqual([2, 0, 0]);
});

test('a failing key backs off and keeps nobody waiting', async () => {
  const clock = virtualClock();
  const failures: number[] = [];
  let good = 0;
  const queue = createQueue({
    clock, workers: 1, onError: (_, __, count) => failures.push(count),
    work: async (key) => { if (key === 'bad') throw new Error('no'); good += 1; },
  });
  queue.add('bad');
  queue.add('good');
  await settle();
  expect([failures, good]).toEqual([[1], 1]);
  await clock.advance(499);
  expect(failures).toEqual([1]);
  await clock.advance(1);
  expect(failures).toEqual([1, 2]);
});

test('of several times the earliest counts', async () => {
  const clock = virtualClock();
  let runs = 0;
  const queue = createQueue({ clock, workers: 1, onError: () => undefined, work: async () => { runs += 1; } });
  queue.addAt('one', 5_000);
  queue.addAt('one', 1_000);
  queue.addAt('one', 3_000);
  await clock.advance(1_000);
  expect(runs).toBe(1);
  await clock.advance(10_000);
  expect(runs).toBe(1);
});

test('close waits for what runs and begins nothing more', async () => {
  let end = (): void => undefined;
  let runs = 0;
  const queue = createQueue({
    clock: virtualClock(), workers: 1, onError: () => undefined,
    work: async () => { runs += 1; await new Promise<void>((resolve) => { end = resolve; }); },
  });
  queue.add('one');
  queue.add('two');
  let closed = false;
  const closing = queue.close().then(() => { closed = true; });
  await settle();
  expect(closed).toBe(false);
  end();
  await closing;
  expect(runs).toBe(1);
});
