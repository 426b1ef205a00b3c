/** How each member stands: one judgement, made once a pass, that every later question reads. */

import type { ClusterId } from '../../schemas/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Observed, ObservedMember } from '../model/observed.ts';
import type { ClusterPlace } from './layout.ts';
import { silenceMs } from './rules.ts';

/**
 * `coming`: asked for or booting. `active`: it says so, and lately. `overdue`: its start took too long.
 * `lost`: silent for too long, which proves nothing. `failed`, `gone`: its provider says so.
 * `done`: it has nothing left to do and may be stopped.
 */
export type Standing = 'coming' | 'active' | 'overdue' | 'lost' | 'failed' | 'gone' | 'done';

export interface Seat {
  readonly member: ObservedMember;
  readonly standing: Standing;
  /** It is on its way out on our word. */
  readonly draining: boolean;
  /** Why it must be replaced although it is well; null when it is what is wanted. */
  readonly obsolete: 'launch-changed' | 'partition-removed' | null;
}

/** Live seats hold capacity: they are here or coming, and not on their way out. */
export const isLive = (seat: Seat): boolean => !seat.draining && (seat.standing === 'coming' || seat.standing === 'active');
export const isActive = (seat: Seat): boolean => seat.standing === 'active' && !seat.draining;

/** Seats per cluster, by slot and incarnation. */
export function seatsByCluster(observed: Observed, memory: Memory, places: readonly ClusterPlace[]): ReadonlyMap<ClusterId, readonly Seat[]> {
  const placeOf = new Map(places.map((place) => [place.id, place]));
  const condemned = new Set(memory.silences.map((silence) => silence.member));
  const seats = new Map<ClusterId, Seat[]>();
  for (const member of observed.members.values()) {
    const seat = judge(member, { observed, memory, condemned: condemned.has(member.id), place: placeOf.get(member.cluster) ?? null });
    const list = seats.get(member.cluster);
    if (list) list.push(seat);
    else seats.set(member.cluster, [seat]);
  }
  for (const list of seats.values()) list.sort(bySlot);
  return seats;
}

export function bySlot(a: Seat, b: Seat): number {
  return a.member.slot - b.member.slot || a.member.incarnation - b.member.incarnation || (a.member.id < b.member.id ? -1 : 1);
}

interface Evidence {
  readonly observed: Observed;
  readonly memory: Memory;
  /** Its silence has been judged, so it is being ended: what it says on its way out changes nothing. */
  readonly condemned: boolean;
  readonly place: ClusterPlace | null;
}

function judge(member: ObservedMember, { observed, memory, condemned, place }: Evidence): Seat {
  const draining = memory.drains[member.id] !== undefined || (!condemned && member.report?.serving === 'no(draining)');
  const standing = condemned && member.presence !== 'gone' && member.presence !== 'failed' ? 'lost' : standingOf(member, observed, place);
  const partition = place?.placement.partitions.find((candidate) => candidate.id === member.partition);
  const obsolete = !place ? null : !partition ? 'partition-removed' : partition.launchDigest !== member.launchDigest ? 'launch-changed' : null;
  return { member, standing, draining, obsolete };
}

function standingOf(member: ObservedMember, observed: Observed, place: ClusterPlace | null): Standing {
  const { report, presence } = member;
  if (presence === 'gone' || presence === 'failed') return presence;
  if (report?.status === 'ready-to-shut-down' || report?.status === 'terminated') return 'done';
  const deadline = silentFrom(member, observed, place);
  if (deadline !== null && observed.nowMs >= deadline) return report ? 'lost' : 'overdue';
  if (report?.status !== 'active') return startDeadline(member, observed, place) <= observed.nowMs ? 'overdue' : 'coming';
  return 'active';
}

/** When the member's silence, as long as it lasts, becomes a verdict; null while we could not hear it anyway. */
export function silentFrom(member: ObservedMember, observed: Observed, place: ClusterPlace | null): number | null {
  if (observed.hearingSinceMs === null) return null;
  if (!member.report) return startDeadline(member, observed, place);
  return Math.max(member.report.receivedAtMs, observed.hearingSinceMs) + silenceMs;
}

function startDeadline(member: ObservedMember, observed: Observed, place: ClusterPlace | null): number {
  if (observed.hearingSinceMs === null) return Number.POSITIVE_INFINITY;
  const timeoutMs = member.launch?.settings.timeouts.startMs ?? place?.cluster.cartridge.startTimeoutMs ?? 120_000;
  return Math.max(member.launchedAtMs, observed.hearingSinceMs) + timeoutMs;
}
