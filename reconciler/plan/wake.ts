/** When time alone may change the plan: the nearest deadline that a rule is waiting for. */

import type { Memory } from '../model/memory.ts';
import type { Hold } from '../model/plan.ts';
import { acknowledgeMs, resendMs } from './rules.ts';
import { silentFrom } from './seats.ts';
import type { Situation } from './situation.ts';

export function wakeAt(situation: Situation, memory: Memory, holds: readonly Hold[]): number | null {
  const { observed } = situation;
  const times: number[] = holds.flatMap((hold) => hold.untilMs ?? []);
  for (const drain of Object.values(memory.drains)) times.push(drain.deadlineMs, drain.sinceMs + acknowledgeMs);
  for (const update of Object.values(memory.updating)) times.push(update.sinceMs + acknowledgeMs);
  for (const offering of observed.offerings.values()) times.push(offering.quarantinedUntilMs);
  for (const member of observed.members.values()) {
    const silent = silentFrom(member, observed, situation.placeOf.get(member.cluster) ?? null);
    if (silent !== null) times.push(silent);
    if (member.attempts) times.push(member.attempts.nextAtMs);
    const last = memory.assigned[member.id];
    if (last && member.report && member.report.seen?.counter !== last.generation.counter) times.push(last.sentAtMs + resendMs);
  }
  for (const slot of Object.values(memory.slots)) times.push(slot.notBeforeMs);
  for (const { cluster } of situation.places) if (cluster.maintenance) times.push(cluster.maintenance.untilMs);
  const next = times.reduce((earliest, time) => (time > observed.nowMs && time < earliest ? time : earliest), Number.POSITIVE_INFINITY);
  return Number.isFinite(next) ? next : null;
}
