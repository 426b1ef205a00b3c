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
 * Every process belongs to a member that the API knows; each of these has one agent and one life of its workload, all in one
 * process group; each slot has one member. Waits for what is on its way out; @throws Error with what stays wrong.
 */
export async function nothingDoubled(platform: Platform): Promise<void> {
  let wrong: readonly string[] = [];
  await platform.until('what runs is what is wanted', async () => (wrong = await wrongProcesses(platform)).length === 0, 20_000)
    .catch((error: Error) => { throw new Error(`${wrong.join('\n')}\n${error.message}`); });
}

async function wrongProcesses(platform: Platform): Promise<readonly string[]> {
  const known = await platform.api.members();
  const running = memberProcesses(platform.dataDirectory);
  const wrong = known.flatMap(({ id }) => {
    const own = running.filter((one) => one.member === id);
    const agents = own.filter(({ role }) => role === 'agent').length;
    const lives = new Set(own.filter(({ role }) => role === 'workload').map(({ mark }) => mark)).size;
    const groups = new Set(own.map(({ group }) => group)).size;
    return agents === 1 && lives === 1 && groups === 1 ? [] : [`${id} has ${agents} agents and ${lives} workloads in ${groups} process groups`];
  });
  const slots = known.map(({ id, slot }) => `${id.replace(/-\d+-\d+-[0-9a-f]+$/, '')}#${slot}`);
  const doubled = slots.filter((slot, index) => slots.indexOf(slot) !== index).map((slot) => `${slot} is held twice`);
  const strangers = running.filter(({ member }) => !known.some(({ id }) => id === member)).map(({ member, pid, role }) => `${role} ${pid} of ${member}, which is not a member`);
  return [...wrong, ...doubled, ...strangers];
}
