/** What is remembered of slots: how many lives each has had, and whether the last ones were good. */

import type { ClusterId } from '../../schemas/ids.ts';
import type { Memory, SlotKey, SlotMemory } from '../model/memory.ts';
import { backOffMs, trustedAfterMs } from './rules.ts';
import type { Seat } from './seats.ts';
import type { Situation } from './situation.ts';

/** The slots after the lives that ended: one that ended by itself too early delays the next, one that we ended does not. */
export function accountLives(situation: Situation): Memory['slots'] {
  const slots: Record<SlotKey, SlotMemory> = {};
  for (const [key, slot] of Object.entries(situation.memory.slots) as [SlotKey, SlotMemory][]) {
    const cluster = key.slice(0, key.lastIndexOf('#')) as ClusterId;
    if (situation.placeOf.has(cluster) || situation.seats.has(cluster)) slots[key] = slot;
  }
  for (const seat of [...situation.seats.values()].flat()) {
    const key: SlotKey = `${seat.member.cluster}#${seat.member.slot}`;
    const before = slots[key] ?? { incarnation: 0, ended: 0, failures: 0, notBeforeMs: 0 };
    const incarnation = Math.max(before.incarnation, seat.member.incarnation);
    // It stays in sight until its mailbox is removed: one death counts once.
    const counts = seat.standing === 'gone' && !seat.draining && seat.member.incarnation > before.ended && !endedUnheard(situation, seat);
    slots[key] = counts ? ended(seat, { ...before, incarnation }, situation.observed.nowMs) : { ...before, incarnation };
  }
  return slots;
}

/** It was launched before we began to listen, and was gone before it could speak: nobody knows whether its life was a good one. */
function endedUnheard({ observed }: Situation, seat: Seat): boolean {
  return seat.member.report === null && observed.hearingSinceMs !== null && seat.member.launchedAtMs < observed.hearingSinceMs;
}

function ended(seat: Seat, slot: SlotMemory, nowMs: number): SlotMemory {
  const trusted = seat.member.report?.status === 'active' && nowMs - seat.member.launchedAtMs >= trustedAfterMs;
  const failures = (trusted ? 0 : slot.failures) + 1;
  return { incarnation: slot.incarnation, ended: seat.member.incarnation, failures, notBeforeMs: nowMs + backOffMs(failures) };
}
