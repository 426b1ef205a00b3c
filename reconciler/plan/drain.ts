/** Members on their way out: who begins to drain, and who has drained. */

import type { MemberId } from '../../schemas/ids.ts';
import type { Drain } from '../model/memory.ts';
import type { Action, Because } from '../model/plan.ts';
import { because } from './because.ts';
import { stop, type Ending } from './replace.ts';
import { acknowledgeMs, drainGraceMs } from './rules.ts';
import { isActive, type Seat } from './seats.ts';
import type { Situation } from './situation.ts';

export interface Drains {
  readonly drains: Readonly<Record<MemberId, Drain>>;
  /** Those that have nothing in flight to wait for. */
  readonly stops: readonly Action[];
}

/** Drains that go on, and those that begin now. A member that serves nobody yet is stopped at once. */
export function drains(situation: Situation, endings: readonly Ending[]): Drains {
  const continued: Record<MemberId, Drain> = {};
  for (const seat of [...situation.seats.values()].flat()) {
    const known = situation.memory.drains[seat.member.id];
    if (known) continued[seat.member.id] = known;
    // The agent drains but nothing is remembered of it: memory was lost, and it gets its full time again.
    else if (seat.draining) continued[seat.member.id] = begin(situation, seat, because('drain/adopted', `${seat.member.id} drains already, and nothing is remembered of it`, null));
  }
  const stops: Action[] = [];
  for (const ending of endings) {
    if (isActive(ending.seat)) continued[ending.seat.member.id] = begin(situation, ending.seat, ending.because);
    else {
      continued[ending.seat.member.id] = { ...begin(situation, ending.seat, ending.because), deadlineMs: situation.observed.nowMs };
      stops.push(stop(ending));
    }
  }
  return { drains: continued, stops };
}

/** Members that have drained, or whose time is up. */
export function drained(situation: Situation): readonly Action[] {
  return [...situation.seats.values()].flat().flatMap((seat) => {
    const drain = situation.memory.drains[seat.member.id];
    if (seat.standing === 'gone' || seat.standing === 'failed') return [];
    if (seat.standing === 'done') return [stop({ seat, because: because('drain/done', `${seat.member.id} has nothing in flight any more`, null) })];
    if (!drain || situation.observed.nowMs < drain.deadlineMs) return [];
    return [stop({ seat, because: because('drain/deadline', `${seat.member.id} did not finish within its drain timeout`, null, { deadlineMs: drain.deadlineMs }) })];
  });
}

function begin(situation: Situation, seat: Seat, reason: Because): Drain {
  const { cluster } = seat.member;
  const drainMs = situation.placeOf.get(cluster)?.cluster.update.drainTimeoutMs
    ?? situation.memory.clusters[cluster]?.drainTimeoutMs ?? seat.member.launch?.settings.timeouts.drainMs ?? 10_000;
  const sinceMs = situation.observed.nowMs;
  return { sinceMs, deadlineMs: sinceMs + acknowledgeMs + drainMs + drainGraceMs, because: reason };
}
