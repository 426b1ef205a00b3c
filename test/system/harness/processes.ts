/** What runs of one platform on this machine, read from /proc: its own processes and those of its members. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Without /proc nobody can say what runs. */
export const canSeeProcesses = existsSync('/proc/self/environ');

export interface Running {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
  readonly environment: ReadonlyMap<string, string>;
}

export interface MemberProcess extends Running {
  readonly member: string;
  readonly role: 'agent' | 'workload';
  /** Differs for each life of a workload; empty for an agent. */
  readonly mark: string;
}

/** Every process that has the data directory in its command line or its environment; zombies are gone. */
export function processesOf(dataDirectory: string): readonly Running[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => read(pid, dataDirectory) ?? []);
}

function read(pid: number, dataDirectory: string): Running | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    if (!command.includes(dataDirectory) && !environment.includes(dataDirectory)) return null;
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    if (state === 'Z' || state === 'X') return null;
    return { pid, group: Number(group), command, environment: new Map(environment.split('\0').map((line) => split(line))) };
  } catch {
    return null;
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

const extensions = /peers-updated|notify\.mjs/;

/** Agents and workloads; extensions that run for a moment are neither. */
export function memberProcesses(dataDirectory: string): readonly MemberProcess[] {
  return processesOf(dataDirectory).flatMap((running): MemberProcess[] => {
    const member = running.environment.get('STRATOS_MEMBER_ID');
    if (member === undefined) return [];
    if (running.environment.has('STRATOS_MEMBER_TAGS')) return [{ ...running, member, role: 'agent', mark: '' }];
    const mark = running.environment.get('STRATOS_WORKLOAD');
    return mark === undefined || extensions.test(running.command) ? [] : [{ ...running, member, role: 'workload', mark }];
  });
}

export type Part = 'supervisor' | 'reconciler' | 'broker';

const commands: Readonly<Record<Part, RegExp>> = { supervisor: /cli\/launch\.mjs up/, reconciler: /reconciler\/main\.ts/, broker: /\/broker\.ts/ };

/** The platform's own processes of one kind. */
export function partsOf(dataDirectory: string, part: Part): readonly Running[] {
  return processesOf(dataDirectory).filter(({ command, environment }) => commands[part].test(command) && environment.get('STRATOS_DATA_DIR') === dataDirectory);
}

/** Sends a signal; a process that has ended meanwhile is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** SIGKILL to everything of a platform, until nothing of it is left: what one starts while the others die dies in the next round. */
export function killEverything(dataDirectory: string): void {
  for (let round = 0; round < 20; round += 1) {
    const left = processesOf(dataDirectory);
    if (left.length === 0) return;
    // The parents first, so that nobody starts anew what has just been killed.
    for (const { pid } of left.toSorted((a, b) => a.pid - b.pid)) signal(pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}
