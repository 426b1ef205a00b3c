/** What a small platform would answer: one application with a member that drains, one hold, one problem. */

import type { Application, ApplicationList, Definition, DefinitionList, Event, Plan, Problem, Source, Status } from '../../schemas/api/bodies.generated.ts';

export const commit = 'a3f1c9d2e4b5a6978877665544332211ffeeddcc';
const since = '2026-11-20T10:00:00.000Z';

const origin = { source: 'definitions', commit, file: 'shop.yaml', document: 0, pointer: '/spec/components', line: 12, column: 7 };

export const problem: Problem = {
  severity: 'error', code: 'unknown-reference', message: 'there is no Cartridge node-htp', source: 'definitions',
  file: 'apps/shop.yaml', line: 12, column: 20, hint: 'Did you mean node-http?',
};

export const source: Source = {
  name: 'definitions', tenant: null, url: 'file:///srv/definitions.git', branch: 'main', path: '/', revision: commit,
  commit: { author: 'Ann', message: 'Grow web to four', at: since }, syncedAt: since, failure: null,
};

export const status: Status = {
  tenant: 'default', version: '7', revision: commit, syncedAt: since, sources: [source], problems: [problem],
  problemCounts: { error: 1, warning: 0, info: 0 }, next: null,
  brokers: [{ name: 'mqtt', connected: true, detail: 'embedded' }], providers: [{ name: 'local', connected: false, detail: 'no answer' }],
};

const member = (slot: number, serving: Application['instances'][number]['clusters'][number]['members'][number]['serving']) => ({
  id: `shop-web-${slot}-1-5f3a1c9d`, slot, incarnation: 1, status: 'active' as const, serving, partition: 'eu/p1',
  endpoints: [{ port: 'http', url: `http://127.0.0.1:4000${slot}` }], artifacts: [{ repository: 'web', commit }], since, remark: '',
});

export const application: Application = {
  name: 'shop', tenant: 'default', status: 'Active', revision: commit, members: { wanted: 2, active: 2 },
  instances: [{
    networkPartition: 'eu', status: 'Active', clusters: [],
    groups: [{
      alias: 'tiers', path: 'tiers', ordinal: 0, status: 'Active', groups: [],
      clusters: [{ id: 'default/shop/eu/tiers.0/web', alias: 'web', cartridge: 'node-http', status: 'Active', min: 1, max: 4, members: [member(0, 'yes'), member(1, 'no(draining)')] }],
    }],
  }],
};

export const applications: ApplicationList = { items: [{ name: 'shop', tenant: 'default', status: 'Active', revision: commit, members: { wanted: 2, active: 2 } }], next: null };

export const plan: Plan = {
  application: 'shop', tenant: 'default', revision: commit, observedAt: since,
  actions: [{
    kind: 'start-member', application: 'shop', cluster: 'tiers/web', clusterId: 'default/shop/eu/tiers.0/web', networkPartition: 'eu', partition: 'eu/p1',
    member: 'shop-web-2-1-77aa00bb', because: { rule: 'minimum', text: 'web has 2 of 3 members', origin, inputs: { wanted: 3, live: 2 } },
    provider: 'local', slot: 2, incarnation: 1,
  }],
  holds: [{
    id: 'h-3f9ac1', kind: 'waits-for', application: 'shop', cluster: 'tiers/lb', networkPartition: 'eu', until: null,
    because: { rule: 'startup-order', text: 'lb waits for web', origin, inputs: { waitsFor: 'tiers/web' } },
  }],
};

export const definitions: DefinitionList = {
  items: [{ kind: 'Cartridge', tenant: 'default', name: 'node-http', source: 'definitions', commit, file: 'cartridges.yaml', line: 3 }], next: null,
};

export const definition: Definition = {
  kind: 'Cartridge', tenant: 'default', name: 'node-http', source: 'definitions', commit, file: 'cartridges.yaml', line: 3,
  document: { apiVersion: 'stratos/v1', kind: 'Cartridge', metadata: { name: 'node-http' }, spec: { category: 'framework' } },
};

export const event = (sequence: number, of: Partial<Event> = {}): Event => ({
  sequence, at: since, tenant: 'default', application: 'shop', type: 'decided', text: 'start shop-web-2-1-77aa00bb',
  because: { rule: 'minimum', text: 'web has 2 of 3 members', origin, inputs: { wanted: 3 } }, facts: { member: 'shop-web-2-1-77aa00bb' }, ...of,
});
