/** The benchmarks, one per line. */

import type { Benchmark } from './benchmark.ts';

export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  definitions: async () => (await import('./suites/definitions.ts')).definitions,
  commit: async () => (await import('./suites/commit.ts')).commit,
  pass: async () => (await import('./suites/pass.ts')).pass,
  application: async () => (await import('./suites/application.ts')).application,
  'fan-out': async () => (await import('./suites/fan-out.ts')).fanOut,
  reports: async () => (await import('./suites/reports.ts')).reports,
  api: async () => (await import('./suites/api.ts')).api,
  bundle: async () => (await import('./suites/bundle.ts')).bundle,
  gate: async () => (await import('./suites/gate.ts')).gate,
  start: async () => (await import('./suites/start.ts')).start,
};
