/**
 * Which bundle each member should have: a roll-out per repository, in waves that respect how many may be down.
 * A member that refuses a bundle ends the roll-out: the others keep what they have, new ones get the last good one.
 */

import type { ClusterId, MemberId, RepositoryId } from '../../schemas/ids.ts';
import type { Memory, Rollout } from '../model/memory.ts';
import type { BundleRef } from '../model/observed.ts';
import type { Hold } from '../model/plan.ts';
import { because, hold } from './because.ts';
import type { ClusterPlace } from './layout.ts';
import { isActive, isLive, type Seat } from './seats.ts';
import { liveIn, seatsIn, type Situation } from './situation.ts';

export type Rollouts = Readonly<Record<RepositoryId, Rollout>>;

/** The roll-outs as they stand after what was observed. */
export function judgeRollouts(situation: Situation): Rollouts {
  const users = new Map<RepositoryId, ClusterPlace[]>();
  for (const place of situation.places) {
    const repository = place.cluster.artifact?.repository;
    if (repository) users.set(repository, [...(users.get(repository) ?? []), place]);
  }
  const rollouts: Record<RepositoryId, Rollout> = {};
  for (const [repository, places] of users) {
    const members = places.flatMap((place) => liveIn(situation, place.id));
    const rollout = judge(situation, repository, members);
    if (rollout) rollouts[repository] = rollout;
  }
  return rollouts;
}

function judge(situation: Situation, repository: RepositoryId, members: readonly Seat[]): Rollout | null {
  const bundle = situation.observed.artifacts.get(repository)?.bundle ?? null;
  const before = situation.memory.rollouts[repository] ?? null;
  const current = bundle && bundle.digest !== before?.target.digest ? begin(situation, repository, bundle, before, members) : before;
  if (!current) return null;
  const refusal = members.flatMap((seat) => seat.member.report?.refused ?? [])
    .find((refused) => refused.repository === repository && refused.digest === current.target.digest);
  if (refusal && current.verdict !== 'failed') return { ...current, verdict: 'failed', reason: refusal.reason };
  const holders = members.filter((seat) => has(seat, repository, current.target));
  if (current.verdict === 'rolling' && holders.length > 0 && holders.length === members.length && members.every(isActive)) {
    return { ...current, verdict: 'good', lastGood: current.target, reason: '' };
  }
  return current;
}

function begin(situation: Situation, repository: RepositoryId, target: BundleRef, before: Rollout | null, members: readonly Seat[]): Rollout {
  const lastGood = before ? (before.verdict === 'good' ? before.target : before.lastGood) : mostServed(repository, members, target);
  return { target, lastGood, verdict: 'rolling', reason: '', sinceMs: situation.observed.nowMs };
}

/** After memory is lost: what most active members serve is what was good. */
function mostServed(repository: RepositoryId, members: readonly Seat[], target: BundleRef): BundleRef | null {
  const counts = new Map<string, { bundle: BundleRef; count: number }>();
  for (const seat of members.filter(isActive)) {
    const served = seat.member.report?.artifacts.find((artifact) => artifact.repository === repository);
    if (!served || served.digest === target.digest) continue;
    const entry = counts.get(served.digest) ?? { bundle: { commit: served.commit, digest: served.digest, bytes: 0 }, count: 0 };
    counts.set(served.digest, { ...entry, count: entry.count + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.bundle.digest < b.bundle.digest ? -1 : 1))[0]?.bundle ?? null;
}

export function has(seat: Seat, repository: RepositoryId, bundle: BundleRef): boolean {
  return seat.member.report?.artifacts.some((artifact) => artifact.repository === repository && artifact.digest === bundle.digest) ?? false;
}

/** Members that leave the balancers for their update: those still at it, and the next wave. */
export function nextWaves(situation: Situation, rollouts: Rollouts, required: ReadonlyMap<ClusterId, number>): Memory['updating'] {
  const updating: Record<MemberId, { sinceMs: number }> = {};
  for (const place of situation.places) {
    const repository = place.cluster.artifact?.repository;
    const rollout = repository && rollouts[repository];
    if (!repository || rollout?.verdict !== 'rolling') continue;
    const live = liveIn(situation, place.id);
    const old = live.filter((seat) => isActive(seat) && !finished(seat, repository, rollout));
    const busy = old.filter((seat) => situation.memory.updating[seat.member.id]);
    const next = old.filter((seat) => !situation.memory.updating[seat.member.id] && holdsAny(seat));
    const room = waveSize(place, rollout, live, required.get(place.id) ?? 0) - busy.length;
    for (const seat of [...busy, ...next.slice(0, Math.max(0, room))]) {
      updating[seat.member.id] = situation.memory.updating[seat.member.id] ?? { sinceMs: situation.observed.nowMs };
    }
  }
  return updating;
}

/** Updated, serving again, and so no longer down. */
function finished(seat: Seat, repository: RepositoryId, rollout: Rollout): boolean {
  return has(seat, repository, rollout.target) && seat.member.report?.serving === 'yes';
}

/** Of whatever repository: one that was named before is left as carefully as an older commit. */
const holdsAny = (seat: Seat): boolean => (seat.member.report?.artifacts.length ?? 0) > 0;

function waveSize(place: ClusterPlace, rollout: Rollout, live: readonly Seat[], required: number): number {
  const { strategy, maxUnavailable } = place.cluster.update;
  const repository = place.cluster.artifact!.repository;
  const proven = live.some((seat) => finished(seat, repository, rollout));
  if (strategy === 'all-at-once') return live.length;
  if (strategy === 'canary' && !proven) return 1;
  const down = Math.max(0, required - live.filter(isActive).length);
  return Math.max(1, maxUnavailable) - down;
}

/** A bundle and where it comes from: a member may still hold one of another repository, or of another folder of it. */
export interface PlacedBundle extends BundleRef {
  readonly repository: RepositoryId;
}

/** The bundle that a member should have now; null when there is none to have. What it holds stays until there is something better to hold. */
export function bundleFor(seat: Seat, place: ClusterPlace, rollouts: Rollouts, mayswap: (member: MemberId) => boolean): PlacedBundle | null {
  const repository = place.cluster.artifact?.repository;
  if (!repository) return null;
  const rollout = rollouts[repository];
  const served = seat.member.report?.artifacts ?? [];
  const own = served.find((artifact) => artifact.repository === repository) ?? served[0];
  const held = own ? { bytes: 0, ...own, ...(rollout && own.repository === repository ? known(rollout, own.digest) : {}) } : null;
  if (!rollout) return held;
  const { target, lastGood, verdict } = rollout;
  if (verdict === 'good' || has(seat, repository, target)) return { ...target, repository };
  if (verdict === 'failed') return lastGood ? { ...lastGood, repository } : held ?? { ...target, repository };
  if (mayswap(seat.member.id)) return { ...target, repository };
  return held ?? { ...(lastGood ?? target), repository };
}

function known(rollout: Rollout, digest: string): BundleRef | null {
  return [rollout.target, rollout.lastGood].find((bundle) => bundle?.digest === digest) ?? null;
}

/** Why a cluster cannot start for want of its artifact; null when it can. */
export function artifactMissing(situation: Situation, place: ClusterPlace, rollouts: Rollouts): string | null {
  const artifact = place.cluster.artifact;
  if (!artifact || rollouts[artifact.repository]) return null;
  const failure = situation.observed.artifacts.get(artifact.repository)?.failure;
  return `no bundle of ${artifact.url} yet${failure ? `: ${failure}` : ''}`;
}

/** Members that still hold something older wait for their wave. */
function underway(situation: Situation, place: ClusterPlace, rollout: Rollout): readonly Hold[] {
  const artifact = place.cluster.artifact!;
  const live = liveIn(situation, place.id).filter(holdsAny);
  const updated = live.filter((seat) => has(seat, artifact.repository, rollout.target)).length;
  if (updated === live.length) return [];
  const text = `commit ${rollout.target.commit.slice(0, 12)} of ${artifact.url} is on ${updated} of ${live.length} members`;
  return [hold({
    application: situation.id, kind: 'rollout-waits', subject: place.id, holds: rollout.target.digest,
    because: because('assign/rollout', text, artifact.origin, { commit: rollout.target.commit, updated, members: live.length }),
  })];
}

export function rolloutHolds(situation: Situation, rollouts: Rollouts): readonly Hold[] {
  return situation.places.flatMap((place): readonly Hold[] => {
    const artifact = place.cluster.artifact;
    const rollout = artifact && rollouts[artifact.repository];
    if (!artifact || !rollout || rollout.verdict === 'good') return [];
    if (rollout.verdict === 'rolling') return underway(situation, place, rollout);
    const serving = seatsIn(situation, place.id).filter((seat) => isLive(seat) && has(seat, artifact.repository, rollout.target)).length;
    const text = `commit ${rollout.target.commit.slice(0, 12)} of ${artifact.url} was refused: ${rollout.reason}`;
    return [hold({
      application: situation.id, kind: 'rollout-failed', subject: place.id, holds: rollout.target.digest,
      because: because('assign/rollout', text, artifact.origin, {
        commit: rollout.target.commit, stays: rollout.lastGood?.commit ?? 'nothing', membersOnIt: serving,
      }),
    })];
  });
}
