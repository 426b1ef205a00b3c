/** The read model of a platform at rest, for the server alone. */

import type { TenantName } from '../../schemas/ids.ts';
import { sourceName, tenantName } from '../../schemas/ids.ts';
import type { View } from '../../reconciler/contracts/view.ts';
import { gather } from '../../reconciler/gather.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { status } from '../../reconciler/plan/status.ts';
import { platformAtRest } from './members.ts';
import { nowMs } from './plan-input.ts';

/** `version` changes when the world says so: as long as it does not, bodies are answered from memory. */
export function viewOf(applications: number, version: () => string): View {
  const { state, artifacts, ids } = platformAtRest({ applications, members: 10 });
  const inputs = new Map(ids.map((id) => [id, gather(state, artifacts, id, nowMs)]));
  const statuses = new Map([...inputs].map(([id, input]) => [id, status(input)]));
  const tenant: TenantName = tenantName('default');
  return {
    version,
    ready: () => ({ ready: true, why: '' }),
    sources: () => [{
      name: sourceName('definitions'), tenant: null, url: 'repos/definitions.git', branch: 'main', path: '', revision: 'c'.repeat(40),
      commit: { author: 'Ada Example', message: 'First definitions', atMs: nowMs }, syncedAtMs: nowMs, failure: null,
    }],
    problems: () => [],
    brokers: () => [{ name: 'mqtt', connected: true, detail: '' }],
    providers: () => [{ name: 'local', connected: true, detail: '' }],
    tenants: () => [tenant],
    applications: (of) => (of === tenant ? [...statuses.values()] : []),
    application: (id) => statuses.get(id) ?? null,
    plan: (id) => { const input = inputs.get(id); return input ? plan(input).plan : null; },
    definitions: () => [],
    position: async () => null,
    journal: async () => [],
    lastSequence: () => 0,
    onJournal: () => () => undefined,
    onChange: () => () => undefined,
    metrics: async () => '',
    hint: async () => ({ matched: [] }),
    webhookSecrets: () => null,
    recordDelivery: async () => true,
  };
}
