/** What the planner is asked with: an application of which nothing runs yet. */

import type { ObjectId, RepositoryId } from '../../schemas/ids.ts';
import { digestOf } from '../../schemas/digest.ts';
import { repositoriesOf } from '../../reconciler/gather.ts';
import type { DesiredApplication } from '../../reconciler/model/desired.ts';
import { emptyMemory } from '../../reconciler/model/memory.ts';
import type { ObservedArtifact } from '../../reconciler/model/observed.ts';
import type { PlanInput } from '../../reconciler/plan/situation.ts';

export const nowMs = 1_800_000_000_000;

export function unstarted(application: DesiredApplication): PlanInput {
  return {
    id: application.id, revision: application.origin.revision, application, withdrawn: false, removalsHeldBy: null, withdrawnTogether: [],
    tenant: null, tenantMembersElsewhere: 0, approvals: new Map(), memory: emptyMemory,
    observed: {
      nowMs, epoch: 1, members: new Map(), offerings: new Map(), inFlight: new Set(), hearingSinceMs: nowMs - 3_600_000, providers: new Map(),
      artifacts: new Map(repositoriesOf(application.root).map((repository) => [repository, artifactOf(repository)])),
    },
  };
}

const known = new Map<RepositoryId, ObservedArtifact>();

/** A repository whose head is bundled: the same one whenever it is asked for. */
export function artifactOf(repository: RepositoryId): ObservedArtifact {
  const before = known.get(repository);
  if (before) return before;
  const digest = digestOf(repository);
  const commit = digest.slice(-40) as ObjectId;
  const artifact = { head: { commit, message: 'first' }, bundle: { commit, digest, bytes: 100 }, failure: null };
  known.set(repository, artifact);
  return artifact;
}
