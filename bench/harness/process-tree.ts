/**
 * CPU time and memory of this process and of those that it started, read from /proc. Elsewhere than on Linux only this
 * process is seen. Processes of other benchmarks' helpers are left out by their ids.
 */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const ticksPerSecond = 100;
const pageBytes = 4096;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function childrenOf(pid: number): readonly number[] {
  let threads: readonly string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) => (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number));
}

/** Every living process below this one but the outsiders and what is below them. */
export function descendants(outside: ReadonlySet<number>, pid = process.pid): readonly number[] {
  return childrenOf(pid).filter((child) => !outside.has(child)).flatMap((child) => [child, ...descendants(outside, child)]);
}

/** The fields of /proc/<pid>/stat after the name, which may hold anything; the first is the state. */
function statOf(pid: number): readonly string[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const ms = (ticks: number): number => ticks * (1000 / ticksPerSecond);

/** CPU time, user and system, of the whole tree since its start, those that have ended included. */
export function cpuMs(outside: ReadonlySet<number>): number {
  const { user, system } = process.cpuUsage();
  const [, , , , , , , , , , , , , ended = '0', endedSystem = '0'] = statOf(process.pid) ?? [];
  const living = descendants(outside).reduce((sum, pid) => {
    const stat = statOf(pid);
    return stat === null ? sum : sum + [11, 12, 13, 14].reduce((ticks, at) => ticks + Number(stat[at]), 0);
  }, 0);
  return (user + system) / 1000 + ms(Number(ended) + Number(endedSystem) + living);
}

/** Resident memory of those below this process, now. */
export function descendantsBytes(outside: ReadonlySet<number>): number {
  return descendants(outside).reduce((sum, pid) => sum + Number(statOf(pid)?.[21] ?? 0) * pageBytes, 0);
}

/** The most that this process had resident since `forgetPeak`. */
export function peakBytes(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(read('/proc/self/status') ?? '');
  return line === null ? process.resourceUsage().maxRSS * 1024 : Number(line[1]) * 1024;
}

/** Starts the peak anew where the system can; elsewhere it is that of the whole life. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed.
  }
}
