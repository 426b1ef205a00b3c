/** One snapshot for one pass: what is wanted, what is, what is remembered. */

import type { ApplicationId, TenantName } from '../schemas/ids.ts';
import type { Artifacts } from './contracts/artifacts.ts';
import type { DesiredComponent } from './model/desired.ts';
import { emptyMemory, type Memory } from './model/memory.ts';
import { snapshot } from './observed/snapshot.ts';
import type { PlanInput } from './plan/situation.ts';
import { knownApplications, membersOf, type State } from './state.ts';

export function gather(state: State, artifacts: Artifacts, id: ApplicationId, nowMs: number): PlanInput {
  const { desired } = state;
  const wanted = desired?.applications.get(id) ?? null;
  const application = wanted ?? state.lastKnown.get(id) ?? null;
  const memory = state.memories.get(id) ?? emptyMemory;
  const tenant = id.slice(0, id.indexOf('/')) as TenantName;
  const items = state.inventory.items().map((item) => ({ item, provider: state.inventory.providerOf(item.member)! }));
  const observed = snapshot({
    application: id, nowMs, epoch: state.epoch, hearingSinceMs: state.hearingSinceMs,
    intents: [...state.intents.values()], items,
    presence: (member) => state.inventory.presence(member),
    report: (member) => state.reports.of(member),
    repositories: application ? repositoriesOf(application.root) : [],
    artifact: (repository) => artifacts.observe(repository),
    offerings: state.offerings,
    providers: new Map([...state.providers.keys()].flatMap((name) => {
      const known = state.inventory.provider(name);
      return known ? [[name, known] as const] : [];
    })),
  });
  return {
    id, revision: revisionOf(state, memory, wanted?.origin.revision), application, withdrawn: wanted === null,
    removalsHeldBy: removalsHeldBy(state, memory), withdrawnTogether: withdrawnTogether(state),
    tenant: desired?.tenants.get(tenant) ?? null,
    tenantMembersElsewhere: elsewhere(state, id, tenant), approvals: desired?.approvals ?? new Map(), observed, memory,
  };
}

export function repositoriesOf(component: DesiredComponent): readonly ReturnType<Artifacts['matching']>[number][] {
  return [
    ...component.clusters.flatMap((cluster) => (cluster.artifact ? [cluster.artifact.repository] : [])),
    ...component.groups.flatMap(repositoriesOf),
  ];
}

function revisionOf(state: State, memory: Memory, revision: string | undefined): string {
  if (revision) return revision;
  const source = memory.origin && state.desired?.sources.get(memory.origin.source);
  return source?.revision ?? '';
}

/** The word that counts is that of the source which the application came from; when that is forgotten, every source's. */
function removalsHeldBy(state: State, memory: Memory): string | null {
  if (!state.desired) return 'no definitions have been read yet';
  if (memory.origin) {
    const source = state.desired.sources.get(memory.origin.source);
    return source ? source.removalsHeldBy : `source ${memory.origin.source} is not configured any more`;
  }
  for (const [name, source] of state.desired.sources) if (source.removalsHeldBy !== null) return `${name}: ${source.removalsHeldBy}`;
  return null;
}

function withdrawnTogether(state: State): readonly ApplicationId[] {
  return [...knownApplications(state)].filter((id) =>
    !state.desired?.applications.has(id) && !state.memories.get(id)?.withdrawal && membersOf(state, id) > 0);
}

function elsewhere(state: State, id: ApplicationId, tenant: TenantName): number {
  if (!state.desired?.tenants.get(tenant)?.memberQuota) return 0;
  return [...knownApplications(state)].filter((other) => other !== id && other.startsWith(`${tenant}/`))
    .reduce((sum, other) => sum + membersOf(state, other), 0);
}
