/** Runs the benchmarks with tiny sizes, in a folder for temporary files of their own. */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

export async function bench(args: readonly string[], temporary = tmpdir()): Promise<{ stdout: string; stderr: string }> {
  const all = [join(root, 'cli', 'launch.mjs'), '--dev', 'bench/run.ts', '--size', 'tiny', '--rounds', '1', ...args];
  return promisify(execFile)(process.execPath, all, { env: { ...process.env, TMPDIR: temporary } });
}

interface Line {
  readonly name: string;
  readonly value: number;
  readonly floor: number;
  readonly ratio: { readonly median: number };
  readonly peakMemoryBytes: { readonly ours: number; readonly floor: number };
}

/** The benchmark gives figures of both sides, and leaves no file. */
export async function compares(name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stratos-bench-test-'));
  try {
    const [first = '', ...rest] = (await bench([name, '-o', 'json'], folder)).stdout.trim().split('\n');
    expect(JSON.parse(first)).toMatchObject({ machine: { node: process.version, processors: expect.any(Number) } });
    const found = rest.map((line) => JSON.parse(line) as Line);
    expect(found.length).toBeGreaterThan(0);
    for (const { name: full, value, floor, ratio, peakMemoryBytes } of found) {
      expect(full.startsWith(`${name}/`)).toBe(true);
      for (const figure of [value, floor, ratio.median, peakMemoryBytes.ours, peakMemoryBytes.floor]) expect(figure).toBeGreaterThan(0);
    }
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
