import { expect, it } from 'vitest';
import { createSchedule } from '../../reconciler/artifacts/schedule.ts';
import { manualClock } from './manual-clock.ts';

const rhythm = { everyMs: 60_000, firstRetryMs: 1000, mostRetryMs: 30_000 };

/** A look that ends when the test says so. */
function controlledLook(): { look: () => Promise<boolean>; end: (well: boolean) => Promise<void>; begun: () => number } {
  const ends: ((well: boolean) => void)[] = [];
  let begun = 0;
  return {
    look() {
      begun += 1;
      return new Promise((resolve) => ends.push(resolve));
    },
    async end(well) {
      ends.shift()?.(well);
      await new Promise(setImmediate);
    },
    begun: () => begun,
  };
}

it('looks again after the interval, give or take a tenth', async () => {
  for (const [random, expected] of [[0, 54_000], [0.5, 60_000], [0.999, 65_988]] as const) {
    const clock = manualClock(random);
    await createSchedule(clock, rhythm, () => Promise.resolve(true)).now();
    expect(Math.round(clock.waiting()[0] ?? 0)).toBe(expected);
  }
});

it('looks later and later while it fails, up to a cap, and in its rhythm again when it does not', async () => {
  const clock = manualClock(0.999999);
  let well = false;
  const schedule = createSchedule(clock, rhythm, () => Promise.resolve(well));
  const delays: number[] = [];
  for (let at = 0; at < 7; at += 1) {
    await schedule.now();
    delays.push(Math.round(clock.waiting()[0] ?? 0));
  }
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  well = true;
  await schedule.now();
  expect(clock.waiting()[0]).toBeGreaterThan(50_000);
});

it('makes of all hints during a look one more look', async () => {
  const { look, end, begun } = controlledLook();
  const schedule = createSchedule(manualClock(), rhythm, look);
  const first = schedule.now();
  const hints = [schedule.now(), schedule.now(), schedule.now()];
  let hintsEnded = false;
  const ended = Promise.all(hints).finally(() => {
    hintsEnded = true;
  });
  await end(true);
  await first;
  expect([begun(), hintsEnded]).toEqual([2, false]);
  await end(true);
  await ended;
  expect(begun()).toBe(2);
});

it('waits for the running look when it is closed, and begins no other', async () => {
  const { look, end, begun } = controlledLook();
  const clock = manualClock();
  const schedule = createSchedule(clock, rhythm, look);
  void schedule.now();
  void schedule.now();
  const closed = schedule.close();
  await end(true);
  await closed;
  clock.advance(1_000_000);
  expect([begun(), clock.waiting()]).toEqual([1, []]);
});
