/** Runs benchmarks one after the other within one time limit, each case with its share of what is left. */

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Case, Scale, World } from '../benchmark.ts';
import { benchmarks } from '../benchmarks.ts';
import { runCase, type Result } from './run-case.ts';

export interface Run {
  readonly names: readonly string[];
  readonly scale: Scale;
  readonly rounds: number;
  readonly limitMs: number;
  readonly onResult: (result: Result) => void;
  /** A case that could not run here, or failed, and why. */
  readonly onSkipped: (name: string, why: string) => void;
  readonly onFailed: (name: string, why: string) => void;
}

export async function runBenchmarks(run: Run): Promise<void> {
  const endMs = Date.now() + run.limitMs;
  for (const [index, name] of run.names.entries()) {
    const benchmark = await benchmarks[name]?.();
    if (!benchmark) throw new Error(`there is no benchmark ${name}; there are ${Object.keys(benchmarks).join(', ')}`);
    const share = (endMs - Date.now()) / (run.names.length - index);
    await runBenchmark(benchmark, run, Date.now() + Math.max(0, share));
  }
}

async function runBenchmark(benchmark: Benchmark, run: Run, endMs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `stratos-bench-${benchmark.name}-`));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends the run.
  process.once('exit', clean);
  const world: World = { scale: run.scale, folder, roundsMax: run.rounds + 1 };
  try {
    const { cases, skipped } = await benchmark.cases(world);
    for (const [name, why] of Object.entries(skipped)) run.onSkipped(`${benchmark.name}: ${name}`, why);
    if (cases.length > 0) await benchmark.prepare?.(world);
    for (const [index, one] of cases.entries()) {
      const untilMs = Date.now() + Math.max(0, (endMs - Date.now()) / (cases.length - index));
      await attempt(benchmark, one, world, run, untilMs);
    }
  } catch (error) {
    run.onFailed(benchmark.name, messageOf(error));
  } finally {
    process.off('exit', clean);
    clean();
  }
}

async function attempt(benchmark: Benchmark, one: Case, world: World, run: Run, untilMs: number): Promise<void> {
  try {
    run.onResult(await runCase({ benchmark: benchmark.name, case: one, world, rounds: run.rounds, untilMs }));
  } catch (error) {
    run.onFailed(`${benchmark.name}: ${one.name}`, messageOf(error));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
