/** Which members start now: as many as are missing, in startup order, in the lowest free slots, where there is room. */

import { memberId, type ClusterId, type MemberId, type PartitionId } from '../../schemas/ids.ts';
import { shortDigestOf } from '../../schemas/digest.ts';
import type { DesiredPartition } from '../model/desired.ts';
import type { Launch } from '../model/launch.ts';
import type { SlotKey } from '../model/memory.ts';
import type { Action, Because, Hold } from '../model/plan.ts';
import { because, hold } from './because.ts';
import { pathOf, type ClusterPlace } from './layout.ts';
import { waitsFor } from './order.ts';
import { fill, fillingOf, placeUp } from './place.ts';
import { isLive, type Seat } from './seats.ts';
import { seatsIn, type Situation } from './situation.ts';

export interface Starts {
  readonly actions: readonly Action[];
  readonly holds: readonly Hold[];
  readonly incarnations: Readonly<Record<SlotKey, number>>;
}

/** `artifactMissing` says why a cluster's artifact keeps it from starting; null when it does not. */
export function starts(situation: Situation, required: ReadonlyMap<ClusterId, number>, artifactMissing: (place: ClusterPlace) => string | null): Starts {
  const actions: Action[] = [...again(situation)];
  const holds: Hold[] = [...refused(situation)];
  const incarnations: Record<SlotKey, number> = {};
  let quota = quotaLeft(situation);
  for (const place of situation.places) {
    const missing = missingIn(situation, place, required.get(place.id) ?? 0);
    if (missing === 0) continue;
    const held = mayNotStart(situation, place, required, missing, artifactMissing(place));
    if (held) { holds.push(held); continue; }
    if (quota < missing) holds.push(quotaHold(situation, place, missing, quota));
    const begun = startIn(situation, place, Math.min(missing, quota));
    quota -= begun.launches.length;
    holds.push(...begun.holds);
    for (const launch of begun.launches) {
      incarnations[`${place.id}#${launch.slot}`] = launch.incarnation;
      actions.push({ type: 'start-member', launch, because: startReason(situation, place, launch, required.get(place.id) ?? 0) });
    }
  }
  return { actions, holds, incarnations };
}

/** What was asked for and is not seen yet is asked for again, exactly as it was. */
function again(situation: Situation): readonly Action[] {
  return [...situation.seats.values()].flat().flatMap((seat): readonly Action[] => {
    const { launch, presence, attempts } = seat.member;
    if (presence !== 'asked' || !launch || seat.draining || !attempts || attempts.nextAtMs > situation.observed.nowMs) return [];
    const inputs = { attempts: attempts.count, lastError: attempts.lastError };
    return [{ type: 'start-member', launch, because: because('start/again', `${launch.member} was asked for and is not there yet`, null, inputs) }];
  });
}

/** Its provider does not start it: what it says is what a person has to mend. */
function refused(situation: Situation): readonly Hold[] {
  return [...situation.seats.values()].flat().flatMap((seat) => {
    const { presence, attempts, cluster, id } = seat.member;
    if (presence !== 'asked' || !attempts?.lastError || seat.draining) return [];
    const inputs = { attempts: attempts.count, slot: seat.member.slot };
    return [hold({ application: situation.id, kind: 'back-off', subject: cluster, untilMs: attempts.nextAtMs, holds: id, because:
      because('start/refused', `${id} cannot start: ${attempts.lastError}`, situation.placeOf.get(cluster)?.cluster.cartridge.origin ?? null, inputs) })];
  });
}

/**
 * A broken member keeps its slot for its own next life. A successor for an obsolete one may stand beside it as far as
 * the surge lets it. Nothing starts beyond the maximum, those on their way out included.
 */
function missingIn(situation: Situation, place: ClusterPlace, required: number): number {
  const seats = seatsIn(situation, place.id).filter((seat) => seat.standing !== 'gone');
  const staying = seats.filter((seat) => isLive(seat) || !seat.draining);
  const fresh = staying.filter((seat) => seat.obsolete === null).length;
  const { max, update: { maxSurge } } = place.cluster;
  const obsoleteLeaving = seats.filter((seat) => seat.draining && seat.obsolete !== null).length;
  const beside = required + maxSurge - staying.length - obsoleteLeaving;
  const wanted = Math.min(Math.max(required - staying.length, required - fresh), beside);
  return Math.max(0, Math.min(wanted, max + maxSurge - seats.length));
}

function mayNotStart(situation: Situation, place: ClusterPlace, required: ReadonlyMap<ClusterId, number>, missing: number, artifact: string | null): Hold | null {
  const make = (kind: Hold['kind'], rule: string, text: string, inputs: Because['inputs']): Hold =>
    hold({ application: situation.id, kind, subject: place.id, because: because(rule, text, place.cluster.origin, inputs) });
  const cordoned = situation.application?.cordoned;
  if (cordoned) return make('cordoned', 'start/cordoned', `${missing} members wait: cordoned, ${cordoned.reason}`, { missing });
  if (situation.tenant && !situation.tenant.active) return make('tenant-inactive', 'start/tenant', `tenant ${situation.tenant.name} is not active`, { missing });
  if (artifact !== null) return make('artifact-missing', 'start/artifact', artifact, { missing });
  const waiting = waitsFor(situation, place, required);
  if (waiting.length === 0) return null;
  const text = waiting.map((before) => `${pathOf(before.cluster)} (${before.active} of ${before.needed} active)`).join(', ');
  return make('waits-for', 'order/waits-for', `waits for ${text}`, { missing, waitsFor: waiting.map((before) => before.cluster).join(' ') });
}

function startIn(situation: Situation, place: ClusterPlace, count: number): { launches: readonly Launch[]; holds: readonly Hold[] } {
  const { observed, memory } = situation;
  const launches: Launch[] = [];
  const holds: Hold[] = [];
  const seats = seatsIn(situation, place.id).filter((seat) => seat.standing !== 'gone');
  const taken = new Set(seats.map((seat) => seat.member.slot));
  const closed = new Set<PartitionId>([...observed.offerings].filter(([, offering]) => offering.quarantinedUntilMs > observed.nowMs).map(([id]) => id));
  let filling = fillingOf(seats.map((seat) => seat.member.partition));
  let slot = -1;
  while (launches.length < count) {
    const partition = placeUp(place.placement, filling, closed);
    if (!partition) { holds.push(noRoom(situation, place, count - launches.length, closed)); break; }
    slot = freeAfter(slot, taken);
    const notBeforeMs = memory.slots[`${place.id}#${slot}`]?.notBeforeMs ?? 0;
    if (notBeforeMs > observed.nowMs) {
      holds.push(backOff(situation, place, slot, notBeforeMs));
      count -= 1;
      continue;
    }
    launches.push(launchOf(situation, place, slot, partition));
    filling = fill(filling, partition.id, 1);
  }
  return { launches, holds };
}

function launchOf(situation: Situation, place: ClusterPlace, slot: number, partition: DesiredPartition): Launch {
  const { observed, memory, id: application } = situation;
  const seen = seatsIn(situation, place.id).filter((seat) => seat.member.slot === slot).map((seat) => seat.member.incarnation);
  const incarnation = Math.max(0, memory.slots[`${place.id}#${slot}`]?.incarnation ?? 0, ...seen) + 1;
  return {
    member: mintMember(place, slot, incarnation, observed.nowMs), tenant: situation.application!.tenant, application,
    cluster: place.id, slot, incarnation, provider: partition.provider, partition: partition.id,
    settings: partition.launch, digest: partition.launchDigest, epoch: observed.epoch, decidedAtMs: observed.nowMs,
  };
}

/** Unique even after memory is lost: the suffix holds the instant. */
function mintMember(place: ClusterPlace, slot: number, incarnation: number, nowMs: number): MemberId {
  const name = [place.id.split('/')[1], place.cluster.alias].join('-').toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 32);
  return memberId(`${name}-${slot}-${incarnation}-${shortDigestOf({ cluster: place.id, slot, incarnation, nowMs })}`);
}

/** Slots are filled upwards, so that none below needs to be looked at again. */
function freeAfter(before: number, taken: ReadonlySet<number>): number {
  let slot = before + 1;
  while (taken.has(slot)) slot += 1;
  return slot;
}

function quotaLeft(situation: Situation): number {
  const quota = situation.tenant?.memberQuota;
  if (quota === null || quota === undefined) return Number.MAX_SAFE_INTEGER;
  const here = [...situation.seats.values()].flat().filter((seat: Seat) => seat.standing !== 'gone').length;
  return Math.max(0, quota - situation.tenantMembersElsewhere - here);
}

function quotaHold(situation: Situation, place: ClusterPlace, missing: number, left: number): Hold {
  return hold({ application: situation.id, kind: 'quota', subject: place.id, because:
    because('start/quota', `${missing} members wait: the tenant's quota leaves ${left}`, place.cluster.origin, { missing, left }) });
}

function noRoom(situation: Situation, place: ClusterPlace, missing: number, closed: ReadonlySet<PartitionId>): Hold {
  const { partitions, origin } = place.placement;
  const cordoned = partitions.flatMap((partition) => (partition.cordoned ? [`${partition.id} is cordoned, ${partition.cordoned.reason}`] : []));
  const quarantined = partitions.flatMap(({ id }) => (closed.has(id) ? [`${id} had no capacity, ${situation.observed.offerings.get(id)?.why}`] : []));
  const why = [...cordoned, ...quarantined];
  const text = `no partition of ${place.networkPartition} has room for ${missing} more${why.length === 0 ? '' : ` (${why.join('; ')})`}`;
  return hold({ application: situation.id, kind: 'no-partition-free', subject: place.id, because:
    because('place/no-room', text, origin, { missing, partitions: partitions.length, cordoned: cordoned.length, quarantined: quarantined.length }) });
}

function backOff(situation: Situation, place: ClusterPlace, slot: number, untilMs: number): Hold {
  const failures = situation.memory.slots[`${place.id}#${slot}`]?.failures ?? 0;
  return hold({ application: situation.id, kind: 'back-off', subject: place.id, untilMs, holds: slot, because:
    because('start/back-off', `slot ${slot} failed ${failures} times in a row`, place.cluster.origin, { slot, failures }) });
}

function startReason(situation: Situation, place: ClusterPlace, launch: Launch, required: number): Because {
  const live = seatsIn(situation, place.id).filter(isLive).length;
  const text = launch.incarnation > 1
    ? `slot ${launch.slot} starts life ${launch.incarnation}: ${live} of ${required} members live`
    : `${live} of ${required} members live`;
  return because('required/minimum', text, place.cluster.origin, { required, live, slot: launch.slot, partition: launch.partition });
}
