/**
 * The order of the questions. Pure: the same input gives the same plan, byte for byte; time is a field of what was
 * observed. Only this file puts actions into a plan.
 */

import type { ClusterId, MemberId } from '../../schemas/ids.ts';
import type { Memory, RememberedCluster } from '../model/memory.ts';
import type { Action, Hold, Plan } from '../model/plan.ts';
import { assignments, type Assignments } from './assign.ts';
import { drained, drains } from './drain.ts';
import { accountLives } from './lives.ts';
import { halted, removalHeld, standing } from './permit.ts';
import { broken, forgetGone, leaving, stop, type Replacements } from './replace.ts';
import { requiredByCluster } from './required.ts';
import { artifactMissing, judgeRollouts, nextWaves, rolloutHolds } from './rollout.ts';
import { silencesKept } from './rules.ts';
import { isActive } from './seats.ts';
import { situate, type PlanInput, type Situation } from './situation.ts';
import { starts, type Starts } from './start.ts';
import { wakeAt } from './wake.ts';

export interface Decision {
  readonly plan: Plan;
  /** What to remember, written before the actions are carried out. */
  readonly memory: Memory;
  /** When time alone may change the answer; null when it cannot. */
  readonly wakeAtMs: number | null;
}

export function plan(input: PlanInput): Decision {
  const seen = situate(input);
  const stopped = halted(seen);
  if (stopped) return decide(seen, [], [stopped], seen.memory);

  const situation: Situation = { ...seen, memory: { ...seen.memory, slots: accountLives(seen) } };
  const required = requiredByCluster(situation);
  const rollouts = judgeRollouts(situation);

  const dead = broken(situation);
  const unwanted = leaving(situation, required);
  const held = removalHeld(situation, unwanted);
  const out = drains(situation, held ? [] : unwanted);
  const started: Starts = situation.leaving
    ? { actions: [], holds: [], incarnations: {} }
    : starts(situation, required, (place) => artifactMissing(situation, place, rollouts));

  const updating = nextWaves(situation, rollouts, required);
  const told = assignments(situation, { drains: out.drains, updating, rollouts });

  const actions = onePerMember([
    ...forgetGone(situation), ...dead.ends.map(stop), ...out.stops, ...drained(situation), ...started.actions, ...told.actions,
  ]);
  const holds = [...standing(situation), ...(held ? [held] : []), ...dead.holds, ...started.holds, ...rolloutHolds(situation, rollouts)];
  const memory = remember(situation, { dead, out: out.drains, started, told, updating, rollouts, begun: unwanted.length > 0 && !held, quiet: unwanted.length === 0 });
  return decide(situation, actions, holds, memory);
}

function decide(situation: Situation, actions: readonly Action[], holds: readonly Hold[], memory: Memory): Decision {
  const { id: application, revision, observed } = situation;
  return { plan: { application, revision, observedAtMs: observed.nowMs, actions, holds }, memory, wakeAtMs: wakeAt(situation, memory, holds) };
}

/** A member that ends is told nothing more, and nothing is asked of it twice: the first action wins. */
function onePerMember(actions: readonly Action[]): readonly Action[] {
  const seen = new Set<MemberId>();
  return actions.filter((action) => {
    const member = action.type === 'start-member' ? action.launch.member : action.member;
    if (seen.has(member) && action.type !== 'start-member') return false;
    seen.add(member);
    return true;
  });
}

interface Answers {
  readonly dead: Replacements;
  readonly out: Memory['drains'];
  readonly started: Starts;
  readonly told: Assignments;
  readonly updating: Memory['updating'];
  readonly rollouts: Memory['rollouts'];
  readonly begun: boolean;
  readonly quiet: boolean;
}

function remember(situation: Situation, answers: Answers): Memory {
  const { memory, observed, application, withdrawn } = situation;
  const slots = { ...memory.slots };
  for (const [key, incarnation] of Object.entries(answers.started.incarnations) as [keyof typeof slots, number][]) {
    slots[key] = { ...(slots[key] ?? { ended: 0, failures: 0, notBeforeMs: 0 }), incarnation };
  }
  const silences = answers.dead.ends
    .filter((end) => answers.dead.silent.includes(end.seat.member.id) && !memory.silences.some((known) => known.member === end.seat.member.id))
    .map((end) => ({ cluster: end.seat.member.cluster, member: end.seat.member.id, atMs: observed.nowMs }));
  return {
    version: 1,
    origin: application && !withdrawn ? { source: application.origin.source, path: application.origin.path } : memory.origin,
    counter: answers.told.counter,
    rollouts: answers.rollouts,
    drains: answers.out,
    updating: answers.updating,
    slots,
    assigned: answers.told.assigned,
    silences: [...memory.silences, ...silences].slice(-silencesKept),
    clusters: clustersNow(situation),
    approvedDocument: answers.quiet || memory.approvedDocument === null ? application?.ownDigest ?? memory.approvedDocument : memory.approvedDocument,
    activated: activatedNow(situation),
    withdrawal: withdrawn ? memory.withdrawal ?? (answers.begun ? { sinceMs: observed.nowMs, revision: situation.revision } : null) : null,
  };
}

function clustersNow(situation: Situation): Memory['clusters'] {
  const clusters: Record<ClusterId, RememberedCluster> = {};
  for (const cluster of situation.seats.keys()) {
    const place = situation.placeOf.get(cluster);
    const remembered = place ? { startsAfter: place.startsAfter, drainTimeoutMs: place.cluster.update.drainTimeoutMs } : situation.memory.clusters[cluster];
    if (remembered) clusters[cluster] = remembered;
  }
  return clusters;
}

function activatedNow(situation: Situation): readonly ClusterId[] {
  const known = new Set(situation.memory.activated);
  return situation.places.filter((place) => known.has(place.id)
    || (situation.seats.get(place.id) ?? []).filter(isActive).length >= place.cluster.min).map((place) => place.id);
}
