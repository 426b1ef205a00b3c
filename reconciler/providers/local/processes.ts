/**
 * The processes of this machine, by what the kernel says. A process is known by its id *and* its birth, so that an id
 * that was given to another process is told apart.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What a member's processes carry in their environment. */
export interface Marks {
  readonly member: string;
  readonly installation: string | null;
  readonly home: string | null;
  /** Only agents carry it: the member's tags as JSON. */
  readonly tags: string | null;
}

export interface LiveProcess {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  readonly birth: string;
  readonly marks: Marks | null;
}

export interface ProcessTable {
  /** True when all processes can be seen, not only those whose id is known. */
  readonly seesAll: boolean;
  /** What tells one life of a process id from another; null when no process with the id is alive. */
  birthOf(pid: number): string | null;
  /** All live processes. `fresh`: environments are read again although they hardly ever change. */
  snapshot(options: { fresh: boolean }): readonly LiveProcess[];
}

/** The table for this machine: through `/proc` where there is one, else by process id alone. */
export function openProcessTable(): ProcessTable {
  const bootId = readOrNull('/proc/sys/kernel/random/boot_id')?.trim();
  return bootId === undefined || statOf(process.pid) === null ? new ProcessesById() : new ProcFileSystem(bootId);
}

/** Without `/proc` nothing but a new boot tells two lives of one id apart, and nobody is found whose id is not known. */
class ProcessesById implements ProcessTable {
  readonly seesAll = false;
  readonly #boot = spawnSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).stdout?.trim() || 'unknown boot';

  birthOf(pid: number): string | null {
    try {
      process.kill(pid, 0);
      return this.#boot;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? this.#boot : null;
    }
  }

  snapshot(): readonly LiveProcess[] {
    return [];
  }
}

/** Younger processes may still be about to become another program, with another environment. */
const settledAfterSeconds = 10;
const ticksPerSecond = 100;

class ProcFileSystem implements ProcessTable {
  readonly seesAll = true;
  readonly #bootId: string;
  #settled = new Map<number, LiveProcess>();

  constructor(bootId: string) {
    this.#bootId = bootId.slice(0, 8);
  }

  birthOf(pid: number): string | null {
    const stat = statOf(pid);
    return stat === null ? null : this.#birth(stat);
  }

  snapshot({ fresh }: { fresh: boolean }): readonly LiveProcess[] {
    const settled = new Map<number, LiveProcess>();
    const settledBefore = Number(readOrNull('/proc/uptime')?.split(' ')[0] ?? 0) - settledAfterSeconds;
    const processes = readdirSync('/proc').flatMap((name) => {
      const pid = Number(name);
      const stat = Number.isInteger(pid) ? statOf(pid) : null;
      if (stat === null) return [];
      const known = this.#settled.get(pid);
      const birth = this.#birth(stat);
      const marks = !fresh && known?.birth === birth ? known.marks : marksOf(pid);
      const found: LiveProcess = { pid, group: stat.group, session: stat.session, birth, marks };
      if (stat.startedTicks / ticksPerSecond < settledBefore) settled.set(pid, found);
      return [found];
    });
    this.#settled = settled;
    return processes;
  }

  #birth(stat: Stat): string {
    return `${this.#bootId}-${stat.startedTicks}`;
  }
}

interface Stat {
  readonly group: number;
  readonly session: number;
  readonly startedTicks: number;
}

/** Null when there is no such process, or only its zombie. */
function statOf(pid: number): Stat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The program's name stands in brackets and may itself hold brackets and spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  if (state === 'Z' || state === 'X') return null;
  return { group: Number(group), session: Number(session), startedTicks: Number(fields[19]) };
}

function marksOf(pid: number): Marks | null {
  const environment = readOrNull(`/proc/${pid}/environ`);
  if (environment === null || !environment.includes('STRATOS_MEMBER_ID=')) return null;
  const variables = new Map(environment.split('\0').map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  }));
  const member = variables.get('STRATOS_MEMBER_ID');
  return member === undefined ? null : {
    member,
    installation: variables.get('STRATOS_INSTALLATION') ?? null,
    home: variables.get('HOME') ?? null,
    tags: variables.get('STRATOS_MEMBER_TAGS') ?? null,
  };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
