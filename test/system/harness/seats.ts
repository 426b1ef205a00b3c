/** Who holds which seat: what must stay the same when nothing should have happened, and what nobody may hold twice. */

import type { Platform } from './platform.ts';
import { memberProcesses } from './processes.ts';

/** Member → process ids of its agent and its workload. */
export function pidsByMember(platform: Platform): Readonly<Record<string, readonly number[]>> {
  const pids: Record<string, number[]> = {};
  for (const { member, pid, role } of memberProcesses(platform.dataDirectory)) {
    const own = (pids[member] ??= []);
    if (role === 'agent') own.unshift(pid);
    else own.push(pid);
  }
  return Object.fromEntries(Object.entries(pids).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function agentOf(platform: Platform, member: string): number {
  const found = memberProcesses(platform.dataDirectory).find((running) => running.member === member && running.role === 'agent');
  if (!found) throw new Error(`no agent of ${member} runs`);
  return found.pid;
}

export function workloadOf(platform: Platform, member: string): number {
  const found = memberProcesses(platform.dataDirectory).find((running) => running.member === member && running.role === 'workload');
  if (!found) throw new Error(`no workload of ${member} runs`);
  return found.pid;
}

/**
 * What is wrong with what runs: a member that the API does not know, one that has no or several agents, workloads in more
 * than one process group. Empty when every process belongs to a member that is wanted, once.
 */
export async function wrongProcesses(platform: Platform): Promise<readonly string[]> {
  const known = (await platform.api.members()).map(({ id }) => id);
  const running = memberProcesses(platform.dataDirectory);
  const wrong = known.flatMap((member) => {
    const own = running.filter((one) => one.member === member);
    const agents = own.filter(({ role }) => role === 'agent').length;
    const groups = new Set(own.filter(({ role }) => role === 'workload').map(({ group }) => group)).size;
    return agents === 1 && groups === 1 ? [] : [`${member} has ${agents} agents and workloads in ${groups} process groups`];
  });
  const strangers = running.filter(({ member }) => !known.includes(member)).map(({ member, pid, role }) => `${role} ${pid} of ${member}, which is not a member`);
  return [...wrong, ...strangers];
}
