/**
 * Laws that every plan obeys, whatever made it: read before every apply, and by the tests on random worlds.
 * A plan that breaks one is a mistake of ours: nothing of it is carried out.
 */

import type { ClusterId } from '../../schemas/ids.ts';
import { compareGenerations } from '../../schemas/messages/envelope.ts';
import type { Action, Plan } from '../model/plan.ts';
import { waitsFor } from './order.ts';
import { requiredByCluster } from './required.ts';
import { breakerShare } from './rules.ts';
import { situate, type PlanInput, type Situation } from './situation.ts';

/** The laws that the plan breaks, each with its numbers; empty when it may be carried out. */
export function check(plan: Plan, input: PlanInput): readonly string[] {
  const situation = situate(input);
  return [
    ...onlyKnown(plan, situation), ...slots(plan, situation), ...ceilings(plan, situation), ...order(plan, situation),
    ...silence(plan, situation), ...generations(plan, situation), ...still(plan, situation),
  ];
}

const startsOf = (plan: Plan): readonly Extract<Action, { type: 'start-member' }>[] =>
  plan.actions.filter((action) => action.type === 'start-member');

function onlyKnown(plan: Plan, { observed }: Situation): readonly string[] {
  return plan.actions.flatMap((action) => {
    if (action.type === 'start-member') return action.launch.epoch > observed.epoch ? [`${action.launch.member} is launched under an epoch that is not ours`] : [];
    return observed.members.has(action.member) ? [] : [`${action.type} of ${action.member}, which was not observed`];
  });
}

/** At most one life in a slot. */
function slots(plan: Plan, { observed }: Situation): readonly string[] {
  const taken = new Map<string, string>();
  for (const member of observed.members.values()) if (member.presence !== 'gone') taken.set(`${member.cluster}#${member.slot}`, member.id);
  return startsOf(plan).flatMap(({ launch }) => {
    const key = `${launch.cluster}#${launch.slot}`;
    const holder = taken.get(key);
    taken.set(key, launch.member);
    return holder !== undefined && holder !== launch.member ? [`${launch.member} starts in ${key}, which ${holder} holds`] : [];
  });
}

/** Never above a partition's maximum; never above the cluster's by more than its surge. */
function ceilings(plan: Plan, situation: Situation): readonly string[] {
  return situation.places.flatMap((place) => {
    const fresh = startsOf(plan).filter(({ launch }) => launch.cluster === place.id && !situation.observed.members.has(launch.member));
    if (fresh.length === 0) return [];
    const seats = (situation.seats.get(place.id) ?? []).filter((seat) => seat.standing !== 'gone');
    const live = seats.filter((seat) => !seat.draining && (seat.standing === 'active' || seat.standing === 'coming')).length;
    const broken: string[] = [];
    if (live + fresh.length > place.cluster.max + place.cluster.update.maxSurge) {
      broken.push(`${place.id} would have ${live + fresh.length} members, above its maximum ${place.cluster.max} and surge ${place.cluster.update.maxSurge}`);
    }
    for (const partition of place.placement.partitions) {
      const starting = fresh.filter(({ launch }) => launch.partition === partition.id).length;
      const there = seats.filter((seat) => seat.member.partition === partition.id).length;
      if (starting > 0 && there + starting > partition.max) broken.push(`${partition.id} would hold ${there + starting} members of ${place.id}, above ${partition.max}`);
    }
    return broken;
  });
}

/** Nothing starts before what it depends on. */
function order(plan: Plan, situation: Situation): readonly string[] {
  const required = requiredByCluster(situation);
  const starting = new Set<ClusterId>(startsOf(plan).filter(({ launch }) => !situation.observed.members.has(launch.member)).map(({ launch }) => launch.cluster));
  return situation.places.filter((place) => starting.has(place.id) && waitsFor(situation, place, required).length > 0)
    .map((place) => `${place.id} would start before ${place.startsAfter.join(', ')}`);
}

/** Silence alone stops at most one member, or a tenth of a cluster, in one plan. */
function silence(plan: Plan, situation: Situation): readonly string[] {
  return [...situation.seats].flatMap(([cluster, seats]) => {
    const judged = new Set(situation.memory.silences.map((silence) => silence.member));
    const lost = new Set(seats.filter((seat) => seat.standing === 'lost' && !seat.draining && !judged.has(seat.member.id)).map((seat) => seat.member.id));
    const stopped = plan.actions.filter((action) => action.type === 'stop-member' && lost.has(action.member)).length;
    return stopped > Math.max(1, Math.floor(seats.length * breakerShare)) ? [`${stopped} silent members of ${cluster} would be stopped at once`] : [];
  });
}

/** Generations only grow, and no two members share one. */
function generations(plan: Plan, { memory }: Situation): readonly string[] {
  return plan.actions.flatMap((action) => {
    if (action.type !== 'assign') return [];
    const last = memory.assigned[action.member];
    return last && compareGenerations(action.assignment.generation, last.generation) < 0 ? [`${action.member} would be assigned an older generation`] : [];
  });
}

/** Nothing moves while paused; nothing starts while leaving. */
function still(plan: Plan, situation: Situation): readonly string[] {
  if (situation.application?.paused && plan.actions.length > 0) return [`${plan.actions.length} actions while paused`];
  if (situation.leaving && startsOf(plan).some(({ launch }) => !situation.observed.members.has(launch.member))) return ['a start while the application leaves'];
  return [];
}
