/** Which processes are a member's, and what is known of a member: from its record, its files, its processes' marks. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationId, ClusterId, Digest, InstallationId, MemberId, PartitionId, TenantName } from '../../../schemas/ids.ts';
import type { JoinConfiguration, MemberTags } from '../../contracts/provider.ts';
import type { Launch } from '../../model/launch.ts';
import type { ControlGroups } from './cgroups.ts';
import { memberIn, namesIn, type Places } from './places.ts';
import type { LiveProcess, ProcessTable } from './processes.ts';
import { readJson, type MemberRecord, type Records } from './records.ts';

export interface Machine {
  readonly installation: InstallationId;
  readonly places: Places;
  readonly records: Records;
  readonly processes: ProcessTable;
  readonly groups: ControlGroups;
}

/** Whether a process carries the mark of one of our members. Another platform on this machine may use the same member id. */
export function memberOf(machine: Machine, process: LiveProcess): MemberId | null {
  const member = process.marks === null ? null : memberIn(process.marks.member);
  if (member === null) return null;
  const ours = process.marks?.installation === null ? process.marks.home === machine.places.member(member) : process.marks?.installation === machine.installation;
  return ours ? member : null;
}

/** The agent leads its session and carries the tags; its workloads do neither. */
export function isAgent(process: LiveProcess): boolean {
  return process.pid === process.session && process.marks?.tags !== null && process.marks !== null;
}

/** Everything alive of a member: by mark, by process group of its agent, by control group, by its own user. */
export function processesOf(machine: Machine, member: MemberId, record: MemberRecord | null): readonly number[] {
  const all = machine.processes.snapshot({ fresh: true });
  const inGroup = new Set(machine.groups.processes(member));
  // A process that was given the agent's id since proves that its group had died out.
  const agentId = record?.process.pid;
  const group = all.every((process) => process.pid !== agentId || process.birth === record?.process.birth) ? agentId : undefined;
  return all
    .filter((process) => process.pid !== globalThis.process.pid)
    .filter((process) => memberOf(machine, process) === member || process.group === group || inGroup.has(process.pid) || isOfUser(process.pid, record?.user ?? null))
    .map((process) => process.pid);
}

function isOfUser(pid: number, user: number | null): boolean {
  return user !== null && statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === user;
}

export function agentLives(machine: Machine, record: MemberRecord): boolean {
  return machine.processes.birthOf(record.process.pid) === record.process.birth;
}

/** Members that have a directory. */
export function membersWithDirectory(machine: Machine): readonly MemberId[] {
  return namesIn(machine.places.members).flatMap((name) => memberIn(name) ?? []);
}

export function hasDirectory(machine: Machine, member: MemberId): boolean {
  return existsSync(machine.places.member(member));
}

export function tagsOf(launch: Launch, installation: InstallationId): MemberTags {
  const { tenant, application, cluster, slot, incarnation, partition, digest, epoch, decidedAtMs } = launch;
  return { installation, tenant, application, cluster, slot, incarnation, partition, launchDigest: digest, epoch, launchedAtMs: decidedAtMs };
}

/** The tags of a member that has no record: as its agent carries them, else as its join configuration has them, else empty. */
export function tagsWithoutRecord(machine: Machine, member: MemberId, marked: readonly LiveProcess[]): MemberTags {
  const carried = marked.map((process) => parseTags(process.marks?.tags ?? '')).find((tags) => tags !== null);
  if (carried) return carried;
  const join = readJson(joinFile(machine.places, member)) as Partial<JoinConfiguration> | null;
  if (typeof join?.launch?.application === 'string') return tagsOf(join.launch, machine.installation);
  return {
    installation: machine.installation, tenant: '' as TenantName, application: '' as ApplicationId, cluster: '' as ClusterId, slot: 0, incarnation: 0,
    partition: '' as PartitionId, launchDigest: '' as Digest, epoch: 0, launchedAtMs: 0,
  };
}

export function joinFile(places: Places, member: MemberId): string {
  return join(places.member(member), 'join.json');
}

function parseTags(json: string): MemberTags | null {
  try {
    const tags = JSON.parse(json) as Partial<MemberTags> | null;
    return typeof tags?.application === 'string' ? tags as MemberTags : null;
  } catch {
    return null;
  }
}
