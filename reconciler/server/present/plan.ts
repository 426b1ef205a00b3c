/** A plan as the API shows it. Settings and environments of members stay inside. */

import type { Action as ShownAction, Hold as ShownHold, Plan as ShownPlan } from '../../../schemas/api/bodies.generated.ts';
import type { ApplicationId } from '../../../schemas/ids.ts';
import type { Action, Hold, Plan } from '../../model/plan.ts';
import type { ShowBecause } from './because.ts';
import { namesOfApplication, namesOfCluster, namesOfSubject } from './names.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

export async function presentPlan(plan: Plan, showBecause: ShowBecause): Promise<ShownPlan> {
  const { tenant, name } = namesOfApplication(plan.application);
  const [actions, holds] = await Promise.all([
    Promise.all(plan.actions.map((action) => presentAction(action, name, showBecause))),
    Promise.all(plan.holds.map((hold) => presentHold(hold, plan.application, showBecause))),
  ]);
  return { application: name, tenant, revision: plan.revision, observedAt: rfc3339(plan.observedAtMs), actions, holds };
}

async function presentAction(action: Action, application: string, showBecause: ShowBecause): Promise<ShownAction> {
  const clusterId = action.type === 'start-member' ? action.launch.cluster : action.cluster;
  const { networkPartition, cluster } = namesOfCluster(clusterId);
  const because = await showBecause(action.because);
  const where = { kind: action.type, application, cluster, clusterId, networkPartition };
  switch (action.type) {
    case 'start-member': {
      const { partition, member, provider, slot, incarnation } = action.launch;
      return { ...where, partition, member, because, provider, slot, incarnation };
    }
    case 'stop-member':
      return { ...where, partition: null, member: action.member, because, provider: action.provider };
    case 'assign': {
      const artifacts = action.assignment.artifacts.map(({ repository, commit }) => ({ repository, commit }));
      return { ...where, partition: null, member: action.member, because, duty: action.assignment.duty, artifacts };
    }
    case 'forget-member':
      return { ...where, partition: null, member: action.member, because };
  }
}

async function presentHold(hold: Hold, application: ApplicationId, showBecause: ShowBecause): Promise<ShownHold> {
  const { networkPartition, cluster } = namesOfSubject(hold.subject, application);
  return {
    id: hold.id, kind: hold.kind, application: namesOfApplication(application).name, cluster, networkPartition,
    until: rfc3339OrNull(hold.untilMs), because: await showBecause(hold.because),
  };
}
