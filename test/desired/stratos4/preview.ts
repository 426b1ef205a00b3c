/** The plans of linked applications from nothing, in a form that does not depend on which files said what. */

import type { LinkState } from '../../../reconciler/desired/link/link.ts';
import { emptyMemory } from '../../../reconciler/model/memory.ts';
import type { DesiredApplication, DesiredComponent } from '../../../reconciler/model/desired.ts';
import type { Observed } from '../../../reconciler/model/observed.ts';
import { preview } from '../../../reconciler/plan/preview.ts';

/** Application → its steps as text, without the places that its reasons name. */
export function previews(state: LinkState): ReadonlyMap<string, string> {
  return new Map([...state.desired.applications.values()].map((application) => [application.name, text(application, state)]));
}

function text(application: DesiredApplication, { desired }: LinkState): string {
  const { steps, settled } = preview({
    id: application.id, revision: 'r1', application, withdrawn: false, removalsHeldBy: null, withdrawnTogether: [], tenantMembersElsewhere: 0,
    tenant: desired.tenants.get(application.tenant) ?? null, approvals: desired.approvals, observed: empty(application), memory: emptyMemory,
  }, 60);
  return JSON.stringify({ settled, steps }, (key, value: unknown) => (key === 'origin' ? undefined : value instanceof Map ? [...(value as Map<unknown, unknown>)] : value), 1);
}

function empty(application: DesiredApplication): Observed {
  const clusters = (component: DesiredComponent): DesiredComponent['clusters'] => [...component.clusters, ...component.groups.flatMap(clusters)];
  const providers = clusters(application.root).flatMap(({ placements }) => [...placements.values()].flatMap(({ partitions }) => partitions.map(({ provider }) => provider)));
  return {
    nowMs: 1_000_000, epoch: 1, members: new Map(), offerings: new Map(), inFlight: new Set(), hearingSinceMs: 0, artifacts: new Map(),
    providers: new Map(providers.map((provider) => [provider, { complete: true, asOfMs: 1_000_000 }])),
  };
}
