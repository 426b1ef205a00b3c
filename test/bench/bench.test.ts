/** Every benchmark works, with tiny sizes: it compares, and it leaves nothing behind. No figure is judged. `start` is with the system's tests. */

import { describe, expect, it } from 'vitest';
import { benchmarks } from '../../bench/benchmarks.ts';
import { printResult } from '../../bench/harness/print.ts';
import type { Result } from '../../bench/harness/run-case.ts';
import { spread } from '../../bench/harness/statistics.ts';
import { detectNativeGit } from '../../reconciler/git/native/index.ts';
import { bench, compares } from './compares.ts';

const git = await detectNativeGit(process.env['PATH'] ?? '');
const needGit = ['definitions', 'commit', 'bundle'];

describe('benchmarks', () => {
  const others = Object.keys(benchmarks).filter((name) => !needGit.includes(name) && name !== 'start');
  it.each(others)('%s compares us with its floor and leaves nothing', compares, 60_000);

  it('are told by name', async () => {
    await expect(bench(['nothing-of-this-name'])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('pass') });
    await expect(bench(['pass', '--rounds', '0'])).rejects.toMatchObject({ stderr: expect.stringContaining('--rounds') });
  });
});

describe.skipIf(git === null)('benchmarks over repositories [needs: git]', () => {
  it.each(needGit)('%s compares us with its floor and leaves nothing', compares, 120_000);
});

describe('a result', () => {
  const measured = (wall: number): Result['ours'] => ({ wallMs: spread([wall]), cpuMs: spread([wall / 2]), peakBytes: 3 * 1024 * 1024, facts: { passes: 7 } });
  const result: Result = {
    benchmark: 'pass', case: 'of two', operation: 'member', operations: 1_000, rounds: 3, ours: measured(500),
    floors: [{ floor: 'a walk', measured: measured(250), wallRatio: spread([1, 3, 2]), cpuRatio: 2 }],
  };

  it('is a line of JSON for programs', () => {
    expect(JSON.parse(printResult(result, 'json'))).toMatchObject({
      name: 'pass/of two', value: 500, floor: 250, unit: 'ms', ratio: { median: 2, least: 1, most: 3 }, cpu: { ours: 250, floor: 125, ratio: 2 },
      peakMemoryBytes: { ours: 3_145_728, floor: 3_145_728 },
    });
  });

  it('is a row for the documentation, and text for people', () => {
    expect(printResult(result, 'markdown')).toBe('| pass: of two | 500 ms, CPU 250 ms, 2,000/s, passes 7.0 | a walk: 250 ms, CPU 125 ms, 4,000/s, passes 7.0 | 2.0× (1.0× to 3.0×) | 2.0× | 3 MiB / 3 MiB |');
    expect(printResult(result, 'text')).toContain('  ratio  wall 2.0× (1.0× to 3.0×), CPU 2.0×, peak memory 3 MiB / 3 MiB');
  });

  it('has the middle of its rounds as its figure', () => {
    expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 });
  });
});
