/** What linking refuses, in words and with its place. */

import { describe, expect, it } from 'vitest';
import { link } from '../../../reconciler/desired/link/link.ts';
import { given, places, platform, shop, source, tenantSource, told } from './given.ts';

const of = (text: string, more: Record<string, string> = {}) => link(given(source({ ...platform, ...more, 'shop.yaml': text })), null);

const flat = (components: string, rest = ''): string => `apiVersion: stratos/v1
kind: Application
metadata: {name: shop}
spec:
  deploymentPolicy: home
${rest}  components:
${components}
`;

describe('names that lead nowhere', () => {
  it.each<[string, string, string]>([
    ['type: shop-tiers', 'type: shop-tier', 'unknown-reference: there is no CartridgeGroup "shop-tier"; did you mean "shop-tiers"?'],
    ['deploymentPolicy: two', 'deploymentPolicy: tow', 'unknown-reference: there is no DeploymentPolicy "tow"; did you mean "two"?'],
    ['applicationPolicy: home-then-west', 'applicationPolicy: west', 'unknown-reference: there is no ApplicationPolicy "west"; there is home-then-west'],
    ['autoscalingPolicy: traffic', 'autoscalingPolicy: trafic', 'unknown-reference: there is no AutoscalingPolicy "trafic"; did you mean "traffic"?'],
    ['          web: {', '          wep: {', 'unknown-alias: CartridgeGroup "shop-tiers" has no cartridge "wep" here; did you mean "web"?'],
    ['    tiers/api: {', '    tiers/apo: {', 'unknown-alias: there is no "tiers/apo" in this application; did you mean "tiers/api"?'],
    ['    tiers/api: {members: 5,', '    tiers: {members: 5,', 'members-of-a-group: "tiers" is a group; a number of members can only be set for a cluster'],
  ])('%s → %s', (from, to, expected) => {
    expect(new Set(told(of(shop.replace(from, to))))).toEqual(new Set([expected]));
  });

  it.each<[string, string[]]>([
    ['    cartridges: {web: {type: node-htpp}}', ['unknown-reference: there is no Cartridge "node-htpp"; did you mean "node-http"?']],
    ['    cartridges: {web: {type: node-http, imports: {A: stor.url}}, store: {}}', ['unknown-alias: there is no cluster "stor" here; did you mean "store"?']],
    ['    cartridges: {web: {type: node-http, imports: {A: store.uri}}, store: {}}', ['unknown-reference: the cartridge "store" of store does not publish "uri"; did you mean "url"?']],
    ['    cartridges: {web: {type: node-http, imports: {A: web.url}}}', ['refers-to-itself: "web" imports what it publishes itself']],
    ['    cartridges: {web: {type: node-http, loadBalancer: store}, store: {}}', ['not-a-load-balancer: the cartridge "store" of store is of the category "data"; expected "load-balancer"']],
    ['    cartridges: {store: {}}\n    dependencies: {startupOrders: [[store, wep]], scalingDependants: [[stor, store]]}', [
      'unknown-alias: there is no "stor" here; did you mean "store"?', 'unknown-alias: there is no "wep" here; its siblings are store',
    ]],
    ['    cartridges: {a: {type: store}, b: {type: store}, c: {type: store}}\n    dependencies: {startupOrders: [[a, b], [b, c, a]]}', ['startup-cycle: the startup orders go in a circle: b → c → a → b; none of them could ever start']],
    ['    cartridges: {store: {persistence: {volumes: {data: {size: 1Gi}}}}}', ['missing-key: "mappingPath" is missing: where the volume is mounted']],
  ])('%s', (components, expected) => {
    expect(told(of(flat(components)))).toEqual(expected);
  });

  it('looks an import up outwards, and into groups by path', () => {
    expect(told(of(flat('    cartridges: {store: {}, front: {type: node-http, imports: {A: back/api.url}}}\n    groups: {back: {cartridges: {api: {type: node-http, imports: {S: store.url}}}}}')))).toEqual([]);
  });
});

describe('places', () => {
  it('refuses a cluster that nothing places, or that has no place at home', () => {
    expect(told(of(flat('    cartridges: {store: {}}').replace('  deploymentPolicy: home\n', '')))).toEqual(['no-deployment-policy: store has no deployment policy: neither it nor anything around it names one']);
    const policies = (platform['policies.yaml'] ?? '').replace('[[local], [west]]', '[[west], [local]]');
    expect(told(of(shop, { 'policies.yaml': policies }))).toEqual(['cluster-without-place: tiers/store has no place at home: it may stand in local, the application starts in west']);
  });

  it('refuses an application policy beyond the deployment policies, and policies that share nothing', () => {
    expect(told(of(flat('    cartridges: {store: {}}', '  applicationPolicy: home-then-west\n')))).toEqual(['network-partition-not-covered: the application policy "home-then-west" uses west, which the deployment policy "home" does not list']);
    const west = 'apiVersion: stratos/v1\nkind: DeploymentPolicy\nmetadata: {name: west}\nspec: {networkPartitions: {west: {partitions: [{name: w1, max: 1}]}}}\n';
    expect(told(of(flat('    cartridges: {store: {}, lb: {type: proxy, deploymentPolicy: west}}'), { 'west.yaml': west }))).toEqual(['no-shared-network-partition: the deployment policies home, west share no network partition; name an application policy, or let them list one in common']);
  });

  it('refuses what a cartridge cannot be launched with, where the cluster is defined', () => {
    const cartridges = (platform['cartridges.yaml'] ?? '').replace(', us-west-2: ami-2}', '}');
    const state = of(shop, { 'cartridges.yaml': cartridges });
    expect(told(state)).toEqual([
      'cannot-launch: imageId of the cartridge "node-http" has no value for the region "us-west-2", which partition "w2" of network partition "west" needs',
      'cannot-launch: imageId of the cartridge "node-http" has no value for the region "us-west-2", which partition "w2" of network partition "west" needs',
    ]);
    expect(places(state, platform)).toEqual(['group.yaml:8:5 cannot-launch', 'group.yaml:9:5 cannot-launch']);
    const policy = (platform['policies.yaml'] ?? '').replace('{local: {partitions: [{name: p2, max: 1}]}}', '{west: {partitions: [{name: w1, max: 1}]}, local: {partitions: [{name: p1, max: 1}]}}');
    expect(told(of(shop, { 'policies.yaml': policy }))).toEqual(['cannot-launch: the cartridge "store" has no iaasProvider section for the provider "ec2", which partition "w1" of network partition "west" needs']);
  });

  it('warns of too little room, and of a child policy for what is not there', () => {
    const policies = (platform['policies.yaml'] ?? '').replace('tiers/store', 'tiers/stor').replaceAll('max: 4', 'max: 0').replaceAll('max: 0', 'max: 1').replace('tiers/stor:', 'tiers/stor:');
    const group = (platform['group.yaml'] ?? '').replace('min: 2, max: 8', 'min: 3, max: 8');
    const state = of(shop, { 'policies.yaml': policies, 'group.yaml': group, 'cartridges.yaml': (platform['cartridges.yaml'] ?? '').replace('iaasProvider: {local: {image: store}}', 'iaasProvider: {local: {image: store}, ec2: {imageId: x}}') });
    expect(told(state)).toEqual([
      'info unused-child-policy: there is no "tiers/stor" in the application "shop"',
      'warning partitions-too-small: tiers/api wants at least 3 members, and its partitions hold 2',
    ]);
  });

  it('checks policies that nothing uses', () => {
    const unused = `apiVersion: stratos/v1
kind: DeploymentPolicy
metadata: {name: unused}
spec: {networkPartitions: {local: {partitions: [{name: p3, max: 1}]}, wets: {partitions: [{name: w1, max: 1}]}}}
---
apiVersion: stratos/v1
kind: ApplicationPolicy
metadata: {name: unused}
spec: {networkPartitionGroups: [[locale]]}
---
apiVersion: stratos/v1
kind: NetworkPartition
metadata: {name: eu}
spec: {provider: kubernetes, partitions: [{name: k1, cluster: eu-1}]}
`;
    expect(told(of(shop, { 'unused.yaml': unused })).sort()).toEqual([
      'unknown-reference: the network partition "local" has no partition "p3"; it has p1, p2',
      'unknown-reference: there is no KubernetesCluster "eu-1"; no KubernetesCluster is defined',
      'unknown-reference: there is no NetworkPartition "locale"; did you mean "local"?',
      'unknown-reference: there is no NetworkPartition "wets"; did you mean "west"?',
    ]);
  });
});

describe('groups', () => {
  const group = (name: string, inner: string): string => `apiVersion: stratos/v1\nkind: CartridgeGroup\nmetadata: {name: ${name}}\nspec: {groups: {inner: {type: ${inner}}}}\n`;

  it('refuses one that includes itself, with the way round', () => {
    const state = of(flat('    groups: {a: {type: one}}'), { 'one.yaml': group('one', 'two'), 'two.yaml': group('two', 'one') });
    expect(told(state)).toEqual(['group-cycle: the group includes itself: two → one → two', 'group-cycle: the group includes itself: one → two → one']);
    expect(places(state, { 'one.yaml': group('one', 'two'), 'two.yaml': group('two', 'one') })).toEqual(['one.yaml:4:31 group-cycle', 'two.yaml:4:31 group-cycle']);
    expect(state.desired.applications.size).toBe(0);
  });

  it('allows one group in several branches', () => {
    expect(told(of(flat('    groups: {a: {type: leaf}, b: {cartridges: {x: {type: store}}, groups: {c: {type: leaf}}}}'), {
      'leaf.yaml': 'apiVersion: stratos/v1\nkind: CartridgeGroup\nmetadata: {name: leaf}\nspec: {cartridges: {store: {}}}\n',
    }))).toEqual([]);
  });

  it('holds a minimum over a maximum that come from different documents', () => {
    expect(told(of(shop.replace('          web: {', '          api: {min: 9}\n          web: {')))).toEqual(['range-reversed: the minimum 9 of tiers/api is above its maximum 8, which CartridgeGroup "shop-tiers" sets']);
  });
});

describe('identity and scope', () => {
  it('takes neither of two documents with one identity', () => {
    const state = of(shop, { 'again/shop.yaml': shop });
    expect(told(state)).toEqual([
      'duplicate-identity: another Application "shop" of the tenant "default" stands in shop.yaml of definitions; none of them is used',
      'duplicate-identity: another Application "shop" of the tenant "default" stands in again/shop.yaml of definitions; none of them is used',
    ]);
    expect(state.problems.map(({ applications }) => applications)).toEqual([['default/shop'], ['default/shop']]);
    expect(state.desired.sources.get('definitions' as never)?.removalsHeldBy).toMatch(/^again\/shop.yaml has errors|^shop.yaml has errors/);
  });

  it('lets a tenant use the platform\'s names, and its own first', () => {
    const own = (platform['cartridges.yaml'] ?? '').split('---')[1]?.replace('image: store', 'image: own') ?? '';
    const state = link(given(source(platform), tenantSource('acme', { 'store.yaml': own, 'shop.yaml': shop.replace('web: {artifactRepository: {url: artifacts/web.git}, ', 'web: {') })), null);
    expect(told(state)).toEqual([]);
    const [acme] = [...state.desired.applications.values()];
    expect(acme?.id).toBe('acme/shop');
    const images = acme?.root.groups[0]?.clusters.map(({ placements }) => placements.get('local' as never)?.partitions[0]?.launch.image);
    expect(images).toEqual(['own', 'node-http', 'node-http', 'proxy']);
  });

  it('lets only the platform define places and tenants', () => {
    const state = link(given(source(platform), tenantSource('acme', { 'places.yaml': platform['places.yaml'] ?? '' })), null);
    expect(told(state)).toEqual([
      'kind-not-allowed-here: a NetworkPartition can only be defined in a source of the platform; this one belongs to the tenant "acme"',
      'kind-not-allowed-here: a NetworkPartition can only be defined in a source of the platform; this one belongs to the tenant "acme"',
    ]);
  });

  const tenant = (spec: string): string => `apiVersion: stratos/v1\nkind: Tenant\nmetadata: {name: acme}\nspec: ${spec}\n`;
  const acme = (url: string, spec: string): string[] =>
    told(link(given(source({ ...platform, 'acme.yaml': tenant(spec) }), tenantSource('acme', { 'shop.yaml': shop.replace('artifacts/web.git', url) })), null));

  it.each<[string, boolean]>([
    ['https://git.example.com/acme/web.git', true], ['HTTPS://GIT.example.com/acme/web.git', true], ['git@git.example.com:acme/web.git', true], ['ssh://git@git.example.com/acme/web.git', true],
    ['https://git.example.com/acmeevil/web.git', false], ['https://git.example.com/acme/../other/web.git', false], ['https://git.example.com/acme/%2e%2e/other/web.git', false],
    ['https://git.example.com.evil/acme/web.git', false], ['http://git.example.com/acme/web.git', false], ['https://git.example.com/Acme/web.git', false],
    ['https://git.example.com/other/web.git?x=/acme/', false], ['artifacts/web.git', false],
  ])('lets a tenant use %j: %s', (url, allowed) => {
    const found = acme(url, '{repositories: [https://git.example.com/acme/, "ssh://git@git.example.com/acme"]}');
    expect(found.filter((line) => line.startsWith('repository-not-allowed')).length).toBe(allowed ? 0 : 1);
  });

  it('lets a tenant without prefixes use no repository, and only its network partitions', () => {
    expect(acme('artifacts/web.git', '{}')).toEqual(['repository-not-allowed: the tenant "acme" may not use this repository: it may use none']);
    expect(new Set(acme('artifacts/web.git', '{repositories: [artifacts], networkPartitions: [local]}'))).toEqual(new Set(['network-partition-not-allowed: the tenant "acme" may not use the network partition "west"; it may use local']));
  });

  it('reads quota and state of a tenant', () => {
    const state = link(given(source({ ...platform, 'acme.yaml': tenant('{active: false, quota: {members: 3}, repositories: [x]}') })), null);
    expect(state.desired.tenants.get('acme' as never)).toEqual({ name: 'acme', active: false, memberQuota: 3, repositories: ['x'] });
    expect(state.desired.tenants.get('default' as never)).toEqual({ name: 'default', active: true, memberQuota: null, repositories: null });
  });
});

describe('what refers into applications', () => {
  const signUp = (application: string, path = 'tiers/web'): string => `apiVersion: stratos/v1\nkind: ApplicationSignUp\nmetadata: {name: shop}\nspec: {application: ${application}, artifactRepositories: {${path}: {url: globex/theme.git}}}\n`;
  const mapping = (application: string, more = ''): string => `apiVersion: stratos/v1\nkind: DomainMapping\nmetadata: {name: shop}\nspec: {application: ${application}, cartridge: tiers/lb, domainName: shop.globex.example.com${more}}\n`;
  const tenants = `apiVersion: stratos/v1\nkind: Tenant\nmetadata: {name: globex}\nspec: {repositories: [globex], domains: [globex.example.com]}\n`;
  const globex = (texts: Record<string, string>, text = shop) => told(link(given(source({ ...platform, 'shop.yaml': text, 'tenants.yaml': tenants }), tenantSource('globex', texts)), null));
  const shared = shop.replace('spec:\n', 'spec:\n  multiTenant: true\n');

  it('takes a sign-up to an application that is for several tenants', () => {
    expect(globex({ 'a.yaml': signUp('default/shop'), 'b.yaml': mapping('default/shop') }, shared)).toEqual([]);
    expect(globex({ 'a.yaml': signUp('default/shop') })).toEqual(['not-multi-tenant: the application "default/shop" is not for several tenants: its "multiTenant" is not true']);
    expect(globex({ 'a.yaml': signUp('default/shap') })).toEqual(['unknown-reference: the tenant "default" has no application "shap"']);
    expect(globex({ 'a.yaml': signUp('default/shop', 'tiers/wep') }, shared)).toEqual(['unknown-alias: the application "default/shop" has no cluster "tiers/wep"; did you mean "tiers/web"?']);
  });

  it('refuses a domain that is not the tenant\'s, is taken, or leads to what it has not signed up to', () => {
    expect(globex({ 'b.yaml': mapping('default/shop') }, shared)).toEqual(['not-signed-up: the tenant "globex" has not signed up to "default/shop"']);
    expect(globex({ 'a.yaml': signUp('default/shop'), 'b.yaml': mapping('default/shop').replace('shop.globex', 'shop.acme') }, shared)).toEqual(['domain-not-allowed: the tenant "globex" may not map "shop.acme.example.com": it may map globex.example.com and what lies below']);
    expect(globex({ 'a.yaml': signUp('default/shop'), 'b.yaml': mapping('default/shop'), 'c.yaml': mapping('default/shop').replace('name: shop', 'name: again') }, shared)).toEqual([
      'duplicate-domain: 2 documents map shop.globex.example.com/: b.yaml, c.yaml', 'duplicate-domain: 2 documents map shop.globex.example.com/: b.yaml, c.yaml',
    ]);
  });
});
