/**
 * What is on the machine: records, directories and live processes together. A member runs while its agent lives and has
 * its directory; anything else that is left of one is `failed` until it is released.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberId } from '../../../schemas/ids.ts';
import type { InventoryItem } from '../../contracts/provider.ts';
import { agentLives, hasDirectory, isAgent, membersWithDirectory, memberOf, tagsWithoutRecord, type Machine } from './owned.ts';
import type { LiveProcess } from './processes.ts';

export interface Found {
  readonly items: readonly InventoryItem[];
  /** Members of which there is a directory and nothing else: they ended, or are being started this moment. */
  readonly unclear: readonly MemberId[];
}

/** One look at everything; synchronous, so that nothing of this process changes meanwhile. */
export function lookAround(machine: Machine): Found {
  const marked = Map.groupBy(machine.processes.snapshot({ fresh: false }), (process) => memberOf(machine, process));
  const members = new Set<MemberId>([...machine.records.members(), ...membersWithDirectory(machine), ...machine.groups.populated()]);
  for (const member of marked.keys()) if (member !== null) members.add(member);
  const items: InventoryItem[] = [];
  const unclear: MemberId[] = [];
  for (const member of [...members].toSorted()) {
    const processes = marked.get(member) ?? [];
    if (processes.length === 0 && machine.records.read(member) === null && machine.groups.processes(member).length === 0) unclear.push(member);
    items.push(itemOf(machine, member, processes));
  }
  return { items, unclear };
}

function itemOf(machine: Machine, member: MemberId, marked: readonly LiveProcess[]): InventoryItem {
  const record = machine.records.read(member);
  const agent = record === null ? marked.find(isAgent)?.pid ?? null : agentLives(machine, record) ? record.process.pid : null;
  const standing = hasDirectory(machine, member);
  const others = marked.filter((process) => process.pid !== agent).length;
  // What a member with a user of its own put there is not ours to open.
  const lastWords = agent === null && record?.user === null ? lastLineOf(join(machine.places.member(member), 'agent.log')) : '';
  return {
    member,
    tags: record?.tags ?? tagsWithoutRecord(machine, member, marked),
    state: agent !== null && standing ? 'running' : 'failed',
    instance: `process ${agent ?? record?.process.pid ?? marked[0]?.pid ?? 'unknown'}`,
    detail: agent === null ? `its agent has ended${others > 0 ? `, ${others} of its processes live on` : ''}${lastWords === '' ? '' : `: ${lastWords}`}`
      : standing ? 'its agent runs' : 'its directory is gone',
  };
}

/** The last line of a log, at most 300 characters of printable text; empty when there is none. */
function lastLineOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, 1_000));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return tail.toString('utf8').trim().split('\n').at(-1)?.replaceAll(/[^\P{C}]/gu, ' ').slice(0, 300) ?? '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Recorded members whose tags fit. */
export function tagged(machine: Machine, is: (tags: InventoryItem['tags']) => boolean): readonly MemberId[] {
  return machine.records.members().filter((member) => {
    const tags = machine.records.read(member)?.tags;
    return tags !== undefined && is(tags);
  });
}
