/**
 * One control group (v2) per member, where this process may make them: then nothing of a member escapes its release, and
 * with the controllers at hand memory and process count are bounded. Everything here is a help, never a need: what
 * cannot be done is a remark, and members start all the same.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberId } from '../../../schemas/ids.ts';
import { memberIn } from './places.ts';

const processesMax = 512;

export interface ControlGroups {
  /** True when memory and process count are bounded. */
  readonly limits: boolean;
  /** What cannot be done and why; null when all can. */
  readonly remark: string | null;
  /** Puts a process, and whatever it starts from then on, into its member's group. */
  enter(member: MemberId, pid: number, limits: { readonly memoryBytes: number | null }): void;
  /** Members with live processes in their group. */
  populated(): readonly MemberId[];
  processes(member: MemberId): readonly number[];
  /** Ends all processes of the group at once. */
  kill(member: MemberId): void;
  /** Removes a member's group, and with the last one that of the installation; false while the kernel still has a process in it. */
  leave(member: MemberId): boolean;
}

/** Looks for a hierarchy of version 2 in which this process may make groups. `root` is where the kernel's files are seen. */
export function openControlGroups(installation: string, root = '/'): ControlGroups {
  try {
    const base = baseOf(root);
    if (base === null) return none('control groups of version 2 are not mounted');
    const home = join(base, `stratos-${installation.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`);
    mkdirSync(home, { recursive: true });
    if (!existsSync(join(home, 'cgroup.procs'))) return none(`${base} does not behave like a control group`);
    const limitsMissing = enableLimits(base, home);
    removeEmpty(home);
    return new MemberGroups(home, limitsMissing);
  } catch (error) {
    return none(`control groups cannot be made here (${(error as Error).message})`);
  }
}

function none(why: string): ControlGroups {
  return {
    limits: false, remark: `memory and process count of members are not bounded: ${why}`,
    enter: () => {}, populated: () => [], processes: () => [], kill: () => {}, leave: () => true,
  };
}

/** Our own group in the version 2 hierarchy. */
function baseOf(root: string): string | null {
  const mount = readFileSync(join(root, 'proc/self/mounts'), 'utf8').split('\n').map((line) => line.split(' ')).find((fields) => fields[2] === 'cgroup2');
  const own = readFileSync(join(root, 'proc/self/cgroup'), 'utf8').split('\n').find((line) => line.startsWith('0::'));
  return mount?.[1] === undefined || own === undefined ? null : join(root, mount[1], own.slice('0::'.length));
}

const controllers = ['memory', 'pids'];

/** Null when memory and process count can be bounded below `home`, else why not. */
function enableLimits(base: string, home: string): string | null {
  const offered = readFileSync(join(base, 'cgroup.controllers'), 'utf8').trim().split(/\s+/);
  const missing = controllers.filter((controller) => !offered.includes(controller));
  if (missing.length > 0) return `the kernel offers no ${missing.join(' and ')} controller in version 2`;
  try {
    for (const group of [base, home]) handDown(group);
    return null;
  } catch (error) {
    return `the controllers cannot be handed down from ${base} (${(error as Error).message})`;
  }
}

function handDown(group: string): void {
  writeFileSync(join(group, 'cgroup.subtree_control'), controllers.map((controller) => `+${controller}`).join(' '));
}

class MemberGroups implements ControlGroups {
  readonly limits: boolean;
  readonly remark: string | null;
  readonly #home: string;

  constructor(home: string, limitsMissing: string | null) {
    this.#home = home;
    this.limits = limitsMissing === null;
    this.remark = limitsMissing === null ? null : `memory and process count of members are not bounded: ${limitsMissing}`;
  }

  enter(member: MemberId, pid: number, { memoryBytes }: { readonly memoryBytes: number | null }): void {
    const group = join(this.#home, member);
    mkdirSync(this.#home, { recursive: true });
    if (this.limits) handDown(this.#home);
    mkdirSync(group, { recursive: true });
    if (this.limits) {
      writeFileSync(join(group, 'pids.max'), String(processesMax));
      if (memoryBytes !== null) writeFileSync(join(group, 'memory.max'), String(memoryBytes));
    }
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
  }

  populated(): readonly MemberId[] {
    if (!existsSync(this.#home)) return [];
    return readdirSync(this.#home, { withFileTypes: true }).flatMap((entry) => {
      const member = entry.isDirectory() ? memberIn(entry.name) : null;
      return member !== null && this.processes(member).length > 0 ? [member] : [];
    });
  }

  processes(member: MemberId): readonly number[] {
    try {
      return readFileSync(join(this.#home, member, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  }

  kill(member: MemberId): void {
    const file = join(this.#home, member, 'cgroup.kill');
    if (existsSync(file)) writeFileSync(file, '1');
  }

  leave(member: MemberId): boolean {
    const left = removeEmpty(join(this.#home, member));
    removeEmpty(this.#home);
    return left;
  }
}

/** True when the group is gone; the kernel refuses to remove one in which something lives. */
function removeEmpty(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}
