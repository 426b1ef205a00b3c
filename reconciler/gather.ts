/** One snapshot for one pass: what is wanted, what is, what is remembered. Reads only what concerns the application. */

import type { ApplicationId, TenantName } from '../schemas/ids.ts';
import type { Artifacts } from './contracts/artifacts.ts';
import type { DesiredComponent } from './model/desired.ts';
import { emptyMemory, type Memory } from './model/memory.ts';
import { tenantOf } from './observed/known-members.ts';
import { snapshot, type SnapshotInput } from './observed/snapshot.ts';
import type { PlanInput } from './plan/situation.ts';
import { membersOf, type State } from './state.ts';

export function gather(state: State, artifacts: Artifacts, id: ApplicationId, nowMs: number): PlanInput {
  const { desired } = state;
  const wanted = desired?.applications.get(id) ?? null;
  const application = wanted ?? state.lastKnown.get(id) ?? null;
  const memory = state.memories.get(id) ?? emptyMemory;
  const tenant = tenantOf(id);
  const observed = snapshot({
    application: id, nowMs, epoch: state.epoch, hearingSinceMs: state.hearingSinceMs,
    ...ownMembers(state, id),
    presence: (member) => state.inventory.presence(member),
    report: (member) => state.reports.of(member),
    repositories: application ? repositoriesOf(application.root) : [],
    artifact: (repository) => artifacts.observe(repository),
    inFlight: (member) => state.flights.has(member),
    offerings: state.offerings,
    providers: new Map([...state.providers.keys()].flatMap((name) => {
      const known = state.inventory.provider(name);
      return known ? [[name, known] as const] : [];
    })),
  });
  return {
    id, revision: revisionOf(state, memory, wanted?.origin.revision), application, withdrawn: wanted === null,
    removalsHeldBy: removalsHeldBy(state, memory), withdrawnTogether: wanted === null ? withdrawnTogether(state) : [],
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

/** The application's own intents and sightings. */
function ownMembers(state: State, id: ApplicationId): Pick<SnapshotInput, 'intents' | 'items'> {
  const { intents, inventory } = state;
  const members = [...state.members.of(id)];
  return {
    intents: members.flatMap((member) => intents.get(member) ?? []),
    items: members.flatMap((member) => {
      const [item, provider] = [inventory.item(member), inventory.providerOf(member)];
      return item && provider ? [{ item, provider }] : [];
    }),
  };
}

function withdrawnTogether(state: State): readonly ApplicationId[] {
  return [...state.members.applications()].filter((id) => !state.desired?.applications.has(id) && !state.memories.get(id)?.withdrawal);
}

function elsewhere(state: State, id: ApplicationId, tenant: TenantName): number {
  if (!state.desired?.tenants.get(tenant)?.memberQuota) return 0;
  return state.members.countOfTenant(tenant) - membersOf(state, id);
}
