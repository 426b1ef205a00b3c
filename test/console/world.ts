/** A read model with a platform worth looking at: the shop in the middle of a roll-out, a problem, holds of several kinds, a journal. */

import {
  applicationId, memberId, networkPartitionName, objectId, partitionId, repositoryId, sourceName,
  type AliasPath, type ApplicationId, type ClusterId,
} from '../../schemas/ids.ts';
import type { JournalType } from '../../reconciler/model/journal.ts';
import type { Because, Hold, Plan } from '../../reconciler/model/plan.ts';
import type { ApplicationStatus, ClusterStatus, MemberView } from '../../reconciler/model/status.ts';
import { commit, FakeView, origin, planOf, tenant } from '../server/fake-view.ts';

export const shop = applicationId({ tenant, name: 'shop' });
const before = objectId('4be1d0c27a934b6e8f0d35c1a2b9e7f604c81d52');
const after = objectId('9f27c5ab10de4c3b8a6674f1e0d2c95b3a7f8816');

export function memberOf(alias: string, slot: number, of: Partial<MemberView> = {}): MemberView {
  return {
    id: memberId(`shop-${alias}-0-${slot}-5f3a1c9d`), slot, incarnation: 1, status: 'active', serving: 'yes',
    partition: partitionId({ networkPartition: networkPartitionName('local'), partition: slot % 2 === 0 ? 'left' : 'right' }),
    endpoints: [{ port: 'http', url: `http://127.0.0.1:${41000 + slot}/` }],
    artifacts: [{ repository: repositoryId('r-5b1f09'), commit: after }],
    since: new Date(Date.now() - 240_000 - slot * 31_000).toISOString(), remark: '', ...of,
  };
}

export function clusterOf(alias: string, of: Partial<ClusterStatus> = {}): ClusterStatus {
  return { id: `${shop}/local/tiers.0/${alias}` as ClusterId, alias, cartridge: 'node-http', status: 'Active', min: 1, max: 1, members: [memberOf(alias, 0)], ...of };
}

export function shopOf(clusters: readonly ClusterStatus[], of: Partial<ApplicationStatus> = {}): ApplicationStatus {
  const members = clusters.flatMap((cluster) => cluster.members);
  return {
    id: shop, name: 'shop', tenant, status: 'Active', revision: commit,
    members: { wanted: clusters.reduce((sum, { min }) => sum + min, 0), active: members.filter(({ status }) => status === 'active').length },
    instances: [{ networkPartition: networkPartitionName('local'), status: 'Active', clusters: [], groups: [{ alias: 'tiers', path: 'tiers' as AliasPath, ordinal: 0, status: 'Active', groups: [], clusters }] }],
    ...of,
  };
}

export function reason(rule: string, text: string, inputs: Because['inputs'] = {}): Because {
  return { rule, text, origin: { ...origin, revision: commit }, inputs };
}

export function holdOf(kind: Hold['kind'], of: Partial<Hold> = {}): Hold {
  return { id: `h-${kind.length}f9ac1`, kind, subject: `${shop}/local/tiers.0/web` as ClusterId, untilMs: null, because: reason(`hold/${kind}`, `held: ${kind}`), ...of };
}

export function emptyPlan(application: ApplicationId = shop): Plan {
  return { application, revision: commit, observedAtMs: Date.now(), actions: [], holds: [] };
}

/** The platform at rest: four tiers, five members, nothing to do. */
export function worldAtRest(): FakeView {
  const view = new FakeView();
  const [source] = view.sourceList;
  view.sourceList = [{ ...source!, url: 'http://git.example.com/platform/definitions.git', syncedAtMs: Date.now() - 4_000, commit: { author: 'Ann Example <ann@example.com>', message: 'web: serve the new catalogue page', atMs: Date.now() - 187_000 } }];
  view.linkList = [{ name: 'local', connected: true, detail: 'processes of this machine' }];
  view.problemList = [];
  view.applicationList = [shopOf([
    clusterOf('store', { cartridge: 'node-store' }), clusterOf('api', { max: 4 }), clusterOf('web', { min: 2, max: 8, members: [memberOf('web', 0), memberOf('web', 1)] }), clusterOf('lb', { cartridge: 'balancer' }),
  ])];
  view.plans = new Map([[shop, emptyPlan()]]);
  return view;
}

/** The same platform with everything going on at once. */
export function busyWorld(): FakeView {
  const view = worldAtRest();
  view.sourceList.push({ ...view.sourceList[0]!, name: sourceName('acme'), url: 'https://git.example.com/acme/stratos.git', branch: 'release', path: 'platform', revision: before, commit: { author: 'Bo <bo@example.com>', message: 'Close the eu network partition\n\nIts contract ends in December.\nThe tenants were told.', atMs: Date.now() - 8_000_000 }, syncedAtMs: Date.now() - 640_000, failure: 'the remote does not answer (connect ECONNREFUSED)' });
  view.problemList = [
    { severity: 'error', code: 'unknown-reference', message: 'Cartridge "node-htp" does not exist; did you mean "node-http"?', source: sourceName('definitions'), file: 'teams/retail/blog.yaml', line: 12, column: 15, pointer: '/spec', applications: [applicationId({ tenant, name: 'blog' })], hint: 'Name an existing cartridge, or add one.' },
    { severity: 'warning', code: 'unused-policy', message: 'No application uses the deployment policy "old-zones".', source: sourceName('definitions'), file: 'policies.yaml', line: 48, column: 3 },
  ];
  view.applicationList = [shopOf([
    clusterOf('store', { cartridge: 'node-store' }),
    clusterOf('api', { max: 4, min: 2, members: [memberOf('api', 0), memberOf('api', 1, { incarnation: 2, status: 'starting', serving: 'no(starting)', artifacts: [], endpoints: [], since: new Date(Date.now() - 3_000).toISOString() })] }),
    clusterOf('web', { min: 4, max: 8, members: [
      memberOf('web', 0), memberOf('web', 1, { serving: 'no(updating)', artifacts: [{ repository: repositoryId('r-5b1f09'), commit: before }], remark: 'checks out 9f27c5ab10de' }),
      memberOf('web', 2, { artifacts: [{ repository: repositoryId('r-5b1f09'), commit: before }] }), memberOf('web', 3, { serving: 'no(unhealthy)', remark: 'GET /healthz answers 503 for the third time' }), memberOf('web', 4, { serving: 'no(draining)', status: 'in-maintenance' }),
    ] }),
    clusterOf('lb', { cartridge: 'balancer' }),
  ])];
  const starts = [0, 1].map((slot) => {
    const [start] = planOf(shop).actions;
    if (start?.type !== 'start-member') throw new Error('the plan begins with a start');
    return { ...start, launch: { ...start.launch, member: memberId(`shop-web-0-${5 + slot}-5f3a2d11`), slot: 5 + slot }, because: reason('required/minimum', 'web has 4 of 6 members', { min: 6, live: 4 }) };
  });
  view.plans = new Map([[shop, {
    ...emptyPlan(), actions: [...starts, ...planOf(shop).actions.slice(1, 2)],
    holds: [
      holdOf('rollout-waits', { because: reason('rollout/wave', 'wave 1 of 3: 1 member of web is updating, at most 1 at a time', { updating: 1, maxUnavailable: 1, left: 2 }) }),
      holdOf('back-off', { subject: `${shop}/local/tiers.0/api` as ClusterId, untilMs: Date.now() + 45_000, because: reason('start/back-off', 'slot 1 of api failed 4 times in a row', { failures: 4 }) }),
      holdOf('needs-approval', { id: 'h-3f9ac1', subject: null, because: reason('permit/removal', '12 of 18 members would be removed by a document that is not the application\'s own', { removed: 12, live: 18 }) }),
    ],
  }]]);
  fillJournal(view);
  return view;
}

/** Entries of every type, the last a moment ago. */
export function fillJournal(view: FakeView): void {
  const told: readonly (readonly [JournalType, string])[] = [
    ['started', 'the reconciler decides under epoch 3'], ['broker', 'the broker is connected'], ['synced', 'definitions is at aaaaaaaaaaaa: web: serve the new catalogue page'],
    ['decided', 'start-member shop-web-0-1-5f3a1c9d: web has 1 of 2 members'], ['action-done', 'start-member shop-web-0-1-5f3a1c9d done'], ['member-active', 'shop-web-0-1-5f3a1c9d is active'],
    ['rollout-started', 'web goes to 9f27c5ab10de in 3 waves'], ['hold', 'rollout-waits: wave 1 of 3: 1 member of web is updating, at most 1 at a time'], ['member-lost', 'shop-api-0-1-5f3a1c9d is gone: its provider does not list it any more'],
    ['action-again', 'start-member shop-api-0-1-5f3a2d11 again: port 41003 is taken'], ['problem', 'teams/retail/blog.yaml:12:15 Cartridge "node-htp" does not exist; did you mean "node-http"?'],
  ];
  told.forEach(([type, text], index) => view.happen({
    type, text, atMs: Date.now() - (told.length - index) * 7_300, application: ['started', 'broker', 'synced', 'problem'].includes(type) ? null : shop,
    because: type === 'decided' ? reason('required/minimum', 'web has 1 of 2 members', { min: 2, live: 1 }) : null, facts: type === 'decided' ? { action: 'start-member', member: 'shop-web-0-1-5f3a1c9d' } : {},
  }));
}
