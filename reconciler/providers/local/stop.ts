/**
 * Ending a member and everything it left. Its agent is asked first and stops its workload by itself; what then still lives
 * is killed; then the directory goes, and the record last, so that an interrupted release is found and finished.
 */

import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemberId } from '../../../schemas/ids.ts';
import type { Clock } from '../../contracts/clock.ts';
import { done, type Outcome } from '../../model/outcome.ts';
import { agentLives, isAgent, memberOf, processesOf, type Machine } from './owned.ts';
import type { MemberRecord } from './records.ts';

const lookEveryMs = 40;
/** Beyond the drain time, for the agent's own work. */
const marginMs = 2_000;
/** A killed process goes at once, unless it hangs in the kernel. */
const killWithinMs = 5_000;
/** A control group is held for a moment by processes that are on their way out. */
const leaveWithinMs = 1_000;
const askAgainMs = 5_000;

export interface StopOptions {
  readonly clock: Clock;
  /** The longest that an agent may take. */
  readonly graceMs: number;
  /** True when the provider was closed meanwhile: what is left is for the next one. */
  readonly isClosed: () => boolean;
}

export async function stopMember(machine: Machine, member: MemberId, options: StopOptions): Promise<Outcome> {
  const { clock, graceMs, isClosed } = options;
  const record = machine.records.read(member);
  const agent = agentOf(machine, member, record);
  if (agent !== null && signal(agent.pid, 'SIGTERM') === 'refused') return { kind: 'stalled', why: `process ${agent.pid} of ${member} belongs to another user` };
  // A process that was halted takes notice of nothing before it goes on.
  if (agent !== null) signal(agent.pid, 'SIGCONT');
  const agentGone = (): boolean => agent === null || machine.processes.birthOf(agent.pid) !== agent.birth;
  await waitUntil(() => agentGone() || isClosed(), { clock, forMs: Math.min(graceMs, (record?.drainMs ?? graceMs) + marginMs) });
  if (isClosed()) return { kind: 'again', atMs: clock.nowMs(), why: 'the provider was closed while the member was stopping' };
  const left = await killRest(machine, member, record, clock);
  if (left.length > 0) return { kind: 'again', atMs: clock.nowMs() + askAgainMs, why: `processes ${left.join(', ')} of ${member} do not end` };
  const trash = join(machine.places.trash, `${member}-${process.pid}-${Math.trunc(clock.monotonicMs() * 1_000)}`);
  const moved = moveAway(machine.places.member(member), trash);
  await waitUntil(() => machine.groups.leave(member), { clock, forMs: leaveWithinMs });
  machine.records.remove(member);
  // What cannot be removed now is removed by the next provider.
  if (moved) await rm(trash, { recursive: true, force: true }).catch(() => undefined);
  return done;
}

function agentOf(machine: Machine, member: MemberId, record: MemberRecord | null): { pid: number; birth: string } | null {
  if (record !== null) return agentLives(machine, record) ? record.process : null;
  return machine.processes.snapshot({ fresh: true }).find((process) => isAgent(process) && memberOf(machine, process) === member) ?? null;
}

/** Kills until nothing is left, because a dying process may still have started another one. What remains is returned. */
async function killRest(machine: Machine, member: MemberId, record: MemberRecord | null, clock: Clock): Promise<readonly number[]> {
  const remaining = (): readonly number[] => {
    machine.groups.kill(member);
    const pids = machine.processes.seesAll ? processesOf(machine, member, record) : groupWithoutTable(machine, record);
    for (const pid of pids) signal(pid, 'SIGKILL');
    return pids;
  };
  let left = remaining();
  await waitUntil(() => left.length === 0 || (left = remaining()).length === 0, { clock, forMs: killWithinMs });
  return left;
}

/** Where processes cannot be listed: the agent by its id, its process group by the negative one, as long as the agent's life vouches for it. */
function groupWithoutTable(machine: Machine, record: MemberRecord | null): readonly number[] {
  if (record === null) return [];
  if (signal(-record.process.pid, 'SIGKILL') !== 'sent') return [];
  return agentLives(machine, record) ? [record.process.pid] : [];
}

function signal(pid: number, name: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): 'sent' | 'gone' | 'refused' {
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'refused' : 'gone';
  }
}

function moveAway(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function waitUntil(is: () => boolean, { clock, forMs }: { clock: Clock; forMs: number }): Promise<void> {
  const endMs = clock.monotonicMs() + forMs;
  while (!is() && clock.monotonicMs() < endMs) await new Promise<void>((resolve) => void clock.after(lookEveryMs, resolve));
}
