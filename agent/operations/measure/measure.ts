/**
 * What the agent and its workload use, read from `/proc`: the processes that descend from the agent. Elsewhere zeros,
 * and a remark that says so.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Clock } from '../../clock.ts';

export interface Usage {
  /** Percent of what the member may use. */
  readonly memoryConsumption: number;
  readonly loadAverage: number;
  readonly remark: string;
}

const pageBytes = 4096;
const ticksPerSecond = 100;
const processesMax = 512;

export class Meter {
  readonly #clock: Clock;
  readonly #memoryBytes: number;
  readonly #cores: number;
  #before: { readonly atMs: number; readonly ticks: ReadonlyMap<number, number> } | null = null;
  #loadAverage = 0;

  constructor(resources: { readonly cpu: number | null; readonly memoryBytes: number | null }, clock: Clock) {
    this.#clock = clock;
    this.#memoryBytes = resources.memoryBytes ?? totalmem();
    this.#cores = resources.cpu ?? availableParallelism();
  }

  /** The load is that since the reading before, the memory that of now. */
  read(): Usage {
    if (process.platform !== 'linux') return { memoryConsumption: 0, loadAverage: 0, remark: 'memory and load are not measured on this system' };
    const ticks = new Map<number, number>();
    let pages = 0;
    for (const id of family(process.pid)) {
      ticks.set(id, ticksOf(id));
      pages += pagesOf(id);
    }
    this.#average(ticks);
    return { memoryConsumption: percent(pages * pageBytes / this.#memoryBytes), loadAverage: this.#loadAverage, remark: '' };
  }

  #average(ticks: ReadonlyMap<number, number>): void {
    const atMs = this.#clock.monotonicMs();
    if (this.#before !== null && atMs - this.#before.atMs >= 200) {
      let used = 0;
      for (const [id, count] of ticks) used += Math.max(0, count - (this.#before.ticks.get(id) ?? 0));
      this.#loadAverage = percent(used / ticksPerSecond / ((atMs - this.#before.atMs) / 1000) / this.#cores);
    } else if (this.#before !== null) return;
    this.#before = { atMs, ticks };
  }
}

/** A process and all that descend from it, at most `processesMax`. */
function family(root: number): readonly number[] {
  const found = [root];
  for (let at = 0; at < found.length && found.length < processesMax; at += 1) {
    for (const task of tasksOf(found[at] ?? 0)) {
      found.push(...read(`/proc/${found[at]}/task/${task}/children`).split(' ').filter(Boolean).map(Number));
    }
  }
  return found;
}

function tasksOf(id: number): readonly string[] {
  try {
    return readdirSync(`/proc/${id}/task`);
  } catch {
    return [];
  }
}

function ticksOf(id: number): number {
  const stat = read(`/proc/${id}/stat`);
  // The name in the second field may hold spaces and brackets; what follows the last bracket is regular.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function pagesOf(id: number): number {
  return Number(read(`/proc/${id}/statm`).split(' ')[1] ?? 0);
}

/** These files are made by the kernel as they are read: waiting for them costs less than another thread. Empty for a process that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function percent(share: number): number {
  return Math.round(Math.max(0, share) * 1000) / 10;
}
