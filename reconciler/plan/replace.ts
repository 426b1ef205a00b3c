/**
 * Who is finished: gone and failed members at once, silent ones within the breaker, obsolete and surplus ones by
 * draining. Evidence fits the act: a provider's word suffices to refill, silence alone never empties a cluster.
 */

import type { ClusterId, MemberId } from '../../schemas/ids.ts';
import type { Action, Because, Hold } from '../model/plan.ts';
import { because, hold } from './because.ts';
import type { ClusterPlace } from './layout.ts';
import { stillNeededBy } from './order.ts';
import { fillingOf, placeDown } from './place.ts';
import { breakerShare, breakerWindowMs, meltdownCount, meltdownShare } from './rules.ts';
import { isActive, isLive, type Seat } from './seats.ts';
import { seatsIn, type Situation } from './situation.ts';

export interface Ending {
  readonly seat: Seat;
  readonly because: Because;
}

export interface Replacements {
  /** To be released now: nothing of them can be saved. */
  readonly ends: readonly Ending[];
  /** Of these, the ones judged by silence alone: what the breaker counts. */
  readonly silent: readonly MemberId[];
  readonly holds: readonly Hold[];
}

/** Members that will not come back: released at once, silent ones only as far as the breaker lets them. */
export function broken(situation: Situation): Replacements {
  const ends: Ending[] = [];
  const silent: MemberId[] = [];
  const holds: Hold[] = [];
  for (const [cluster, seats] of situation.seats) {
    if (situation.placeOf.get(cluster)?.cluster.maintenance?.healing === false) continue;
    for (const seat of seats) {
      if (seat.standing === 'failed') ends.push({ seat, because: reason(seat, 'replace/failed', 'its provider says that it failed') });
      if (seat.standing === 'overdue' && !seat.draining) ends.push({ seat, because: reason(seat, 'replace/overdue', 'it did not become active within its start timeout') });
    }
    const lost = seats.filter((seat) => seat.standing === 'lost' && !seat.draining);
    const judged = lost.filter((seat) => situation.memory.silences.some((silence) => silence.member === seat.member.id));
    const fresh = lost.filter((seat) => !judged.includes(seat));
    const allowed = Math.min(fresh.length, silenceBudget(situation, cluster, seats, lost));
    for (const seat of [...judged, ...fresh.slice(0, allowed)]) {
      ends.push({ seat, because: reason(seat, 'replace/silent', 'it has been silent for too long') });
      silent.push(seat.member.id);
    }
    if (fresh.length > allowed) holds.push(breakerHold(situation, cluster, seats.length, fresh, allowed));
  }
  return { ends, silent, holds };
}

function silenceBudget(situation: Situation, cluster: ClusterId, seats: readonly Seat[], lost: readonly Seat[]): number {
  if (lost.length > meltdownCount && lost.length > seats.length * meltdownShare) return 0;
  const since = situation.observed.nowMs - breakerWindowMs;
  const spent = situation.memory.silences.filter((silence) => silence.cluster === cluster && silence.atMs > since).length;
  return Math.max(0, Math.max(1, Math.floor(seats.length * breakerShare)) - spent);
}

function breakerHold(situation: Situation, cluster: ClusterId, members: number, lost: readonly Seat[], allowed: number): Hold {
  const inputs = { silent: lost.length, members, allowedNow: allowed, windowMinutes: breakerWindowMs / 60_000 };
  return hold({
    application: situation.id, kind: 'breaker', subject: cluster, holds: lost.map((seat) => seat.member.id),
    because: because('replace/silent', `${lost.length} of ${members} members are silent while their provider still lists them; ${allowed} may be replaced now`, null, inputs),
  });
}

/** Live members beyond what is required, or not what is required any more, as far as the update strategy lets them go now. */
export function leaving(situation: Situation, required: ReadonlyMap<ClusterId, number>): readonly Ending[] {
  const unwanted = [...situation.seats].flatMap(([cluster, seats]) =>
    situation.placeOf.has(cluster)
      ? []
      : seats.filter(isLive).map((seat) => ({ seat, because: reason(seat, 'replace/not-wanted', 'its cluster is no longer defined') })));
  const endings = [...unwanted, ...situation.places.flatMap((place) => leavingCluster(situation, place, required.get(place.id) ?? 0))];
  return endings.filter(({ seat: { member: { cluster } } }) => (required.get(cluster) ?? 0) > 0 || stillNeededBy(situation, cluster).length === 0);
}

function leavingCluster(situation: Situation, place: ClusterPlace, required: number): readonly Ending[] {
  const live = seatsIn(situation, place.id).filter(isLive);
  const fresh = live.filter((seat) => seat.obsolete === null);
  const { maxUnavailable, maxSurge } = place.cluster.update;
  // With a surge the successor is Active before anyone leaves; without one, as many leave as may be down at once.
  const floor = fresh.length === live.length || (maxSurge > 0 && hasRoom(place, live)) ? required : Math.max(0, required - maxUnavailable);
  const endings: Ending[] = [];
  let active = live.filter(isActive).length;
  let count = live.length;
  let wellCount = fresh.length;
  if (wellCount === count && count <= required) return [];
  for (const seat of victims(place, live)) {
    // A successor that is still coming is not surplus beside the obsolete member that it will relieve.
    const mayGo = seat.obsolete === null ? wellCount > required : count > required || floor < required;
    if (!mayGo || (isActive(seat) && active - 1 < floor)) continue;
    endings.push({ seat, because: leaveReason(place, seat, required, live.length) });
    count -= 1;
    if (seat.obsolete === null) wellCount -= 1;
    if (isActive(seat)) active -= 1;
  }
  return endings;
}

const hasRoom = (place: ClusterPlace, live: readonly Seat[]): boolean =>
  place.placement.partitions.reduce((room, partition) => room + (partition.cordoned ? 0 : partition.max), 0) > live.length;

/** In the order in which they go: not wanted as they are, not serving yet, then as the partition algorithm says. */
function* victims(place: ClusterPlace, live: readonly Seat[]): Generator<Seat> {
  const filling = new Map(fillingOf(live.map((seat) => seat.member.partition)));
  const gone = new Set<Seat>();
  for (const rank of [0, 1, 2]) {
    const candidates = live.filter((seat) => rankOf(seat) === rank);
    const there = Map.groupBy(candidates, (seat) => seat.member.partition);
    const lastOf = (seats: Seat[] | undefined): Seat | undefined => {
      while (seats && seats.length > 0 && gone.has(seats.at(-1)!)) seats.pop();
      return seats?.at(-1);
    };
    for (let left = candidates.length; left > 0; left -= 1) {
      const partition = placeDown(place.placement, filling);
      const next = (partition && lastOf(there.get(partition))) ?? lastOf(candidates);
      if (!next) return;
      gone.add(next);
      filling.set(next.member.partition, (filling.get(next.member.partition) ?? 0) - 1);
      yield next;
    }
  }
}

const rankOf = (seat: Seat): number => (seat.obsolete !== null ? 0 : isActive(seat) ? 2 : 1);

function leaveReason(place: ClusterPlace, seat: Seat, required: number, live: number): Because {
  const inputs = { required, live, slot: seat.member.slot };
  if (seat.obsolete === 'partition-removed') return because('replace/partition-removed', `${seat.member.partition} is no longer asked for`, place.placement.origin, inputs);
  if (seat.obsolete === 'launch-changed') return because('replace/obsolete', 'its launch settings have changed', place.cluster.cartridge.origin, inputs);
  return because('replace/surplus', `${live} members where ${required} are required`, place.cluster.origin, inputs);
}

function reason(seat: Seat, rule: string, text: string): Because {
  const { member } = seat;
  return because(rule, `${member.id}: ${text}`, null, {
    presence: member.presence, status: member.report?.status ?? 'never reported', slot: member.slot, incarnation: member.incarnation,
  });
}

export function stop(ending: Ending): Action {
  const { member } = ending.seat;
  return { type: 'stop-member', member: member.id, provider: member.provider, cluster: member.cluster, because: ending.because };
}

export function forgetGone(situation: Situation): readonly Action[] {
  return [...situation.seats.values()].flat().filter((seat) => seat.standing === 'gone').map((seat) => ({
    type: 'forget-member', member: seat.member.id, cluster: seat.member.cluster, because: reason(seat, 'replace/gone', 'nothing of it is left'),
  }));
}
