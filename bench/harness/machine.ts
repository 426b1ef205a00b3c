/** What the figures were measured on. */

import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly node: string;
  /** Null when there is no git. */
  readonly git: string | null;
  readonly processors: number;
  readonly model: string;
  readonly memoryBytes: number;
  /** Of the last minute, before the run. */
  readonly load: number;
  /** Others are at work: ratios carry over, times do not. */
  readonly loaded: boolean;
}

export function machine(): Machine {
  const processors = availableParallelism();
  const [load = 0] = loadavg();
  return {
    node: process.version, git: gitVersion(), processors, model: cpus()[0]?.model.trim() ?? 'unknown', memoryBytes: totalmem(),
    load, loaded: load > processors * 0.5,
  };
}

function gitVersion(): string | null {
  try {
    return execFileSync('git', ['--version'], { encoding: 'utf8' }).replace('git version', '').trim();
  } catch {
    return null;
  }
}
