/** The plans of linked applications from nothing, in a form that does not depend on which files said what. */

import { digestOf } from '../../../schemas/digest.ts';
import { objectId } from '../../../schemas/ids.ts';
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

/** Every repository has one commit, and a bundle of it. */
const digest = digestOf('one');
const commit = objectId(digest.slice('sha256:'.length, 'sha256:'.length + 40));
const artifact = { head: { commit, message: 'first' }, bundle: { commit, digest, bytes: 100 }, failure: null };

function empty(application: DesiredApplication): Observed {
  const clusters = (component: DesiredComponent): DesiredComponent['clusters'] => [...component.clusters, ...component.groups.flatMap(clusters)];
  const all = clusters(application.root);
  const providers = all.flatMap(({ placements }) => [...placements.values()].flatMap(({ partitions }) => partitions.map(({ provider }) => provider)));
  return {
    nowMs: 1_000_000, epoch: 1, members: new Map(), offerings: new Map(), inFlight: new Set(), hearingSinceMs: 0,
    artifacts: new Map(all.flatMap(({ artifact: one }) => (one === null ? [] : [[one.repository, artifact]]))),
    providers: new Map(providers.map((provider) => [provider, { complete: true, asOfMs: 1_000_000 }])),
  };
}
