/** One application, linked: what its documents add up to. */

import { describe, expect, it } from 'vitest';
import { link } from '../../../reconciler/desired/link/link.ts';
import { all, application, cluster, given, platform, shop, source, told } from './given.ts';

const linked = (text = shop, more: Record<string, string> = {}) => link(given(source({ ...platform, ...more, 'shop.yaml': text })), null);

describe('a linked application', () => {
  it('has no problems, its group included and its names resolved', () => {
    const state = link(given(source(all)), null);
    expect(told(state)).toEqual([]);
    expect(application(state)).toMatchObject({
      id: 'default/shop', deployed: true, paused: null, cordoned: null, heldBy: [],
      placement: { algorithm: 'one-after-another', networkPartitionGroups: [['local'], ['west']] },
    });
    const [tiers] = application(state).root.groups;
    expect(tiers).toMatchObject({ alias: 'tiers', type: 'shop-tiers', path: 'tiers', min: 1, max: 2, scaling: true, samePartition: false });
    expect(tiers?.clusters.map(({ alias, path, min, max }) => [alias, path, min, max])).toEqual([['store', 'tiers/store', 1, 1], ['api', 'tiers/api', 2, 8], ['web', 'tiers/web', 1, 4], ['lb', 'tiers/lb', 1, 1]]);
    expect([...(tiers?.dependencies.startsAfter ?? [])]).toEqual([['api', ['store']], ['web', ['api']], ['lb', ['web']]]);
    expect(tiers?.dependencies).toMatchObject({ scalingDependents: [['api', 'web']], terminationBehaviour: 'terminate-dependents' });
  });

  it('lays overrides over the group, and policies downwards', () => {
    const state = linked();
    expect(cluster(state, 'tiers/web')).toMatchObject({
      artifact: { url: 'artifacts/web.git', reference: { kind: 'branch', name: 'main' }, path: '', tenant: 'default' },
      update: { strategy: 'rolling', maxUnavailable: 3, maxSurge: 2, drainTimeoutMs: 7000, extensionTimeoutMs: 60_000 },
      loadBalancer: 'tiers/lb', autoscaling: { name: 'traffic', basis: 'current', thresholds: { requestsInFlight: 20 } },
    });
    expect(Object.fromEntries(cluster(state, 'tiers/web').environment)).toEqual({ LOG: 'debug', PLACE: 'here', A: '2' });
    expect(cluster(state, 'tiers/web').imports.get('API_URL')).toEqual({ cluster: 'tiers/api', key: 'url' });
    expect(cluster(state, 'tiers/lb').autoscaling).toMatchObject({ name: 'calm', basis: 'minimum' });
    expect(cluster(state, 'tiers/api').maintenance).toEqual({ members: 5, autoscaling: true, healing: true, untilMs: Date.parse('2026-12-01T06:00:00Z'), reason: 'load test' });
    expect(cluster(state, 'tiers/web').maintenance).toBeNull();
  });

  it('merges launch settings from the outside in, and resolves what differs by region', () => {
    const west = cluster(linked(), 'tiers/api').placements.get('west' as never);
    expect(west?.algorithm).toBe('one-after-another');
    expect(west?.partitions.map(({ id, max, launch }) => [id, max, launch.image, launch.properties, launch.zone])).toEqual([
      ['west/w1', 10, 'ami-1', { keyPair: 'mine', subnet: 'none', instanceType: 't3.small', userData: { secret: 'boot' } }, 'us-west-1a'],
      ['west/w2', 10, 'ami-2', { keyPair: 'mine', subnet: 's2', instanceType: 't3.small', userData: { secret: 'boot' } }, null],
    ]);
    const local = cluster(linked(), 'tiers/api').placements.get('local' as never)?.partitions[0];
    expect(local?.launch).toMatchObject({
      image: 'node-http', properties: { rack: 'r1', command: ['node', 'server.js'] }, timeouts: { startMs: 90_000, drainMs: 5000, extensionMs: 60_000 },
      health: { port: 'http', path: '/healthz', everyMs: 60_000, failures: 3 }, resources: { cpu: 0.5, memoryBytes: 256 * 1024 * 1024 }, needsArtifact: false,
    });
  });

  it('places a child by its own policy: what does not list it stays home', () => {
    expect([...cluster(linked(), 'tiers/store').placements].map(([name, { partitions }]) => [name, partitions.map(({ id, max }) => [id, max])])).toEqual([['local', [['local/p2', 1]]]]);
  });

  it('takes one after another what all deployment policies share when it names no application policy', () => {
    const text = shop.replace('  applicationPolicy: home-then-west\n', '');
    expect(application(linked(text)).placement.networkPartitionGroups).toEqual([['local'], ['west']]);
    const mixed = text.replace('          web: {', '          lb: {deploymentPolicy: home}\n          web: {');
    expect(application(linked(mixed)).placement.networkPartitionGroups).toEqual([['local']]);
  });

  it('keeps its digest when only the place of its words changes, and changes it with what they say', () => {
    const moved = link(given(source({ ...platform, 'apps/shop.yaml': `# a comment\n${shop}` })), null);
    expect(application(moved).digest).toBe(application(linked()).digest);
    expect(application(linked(shop.replace('max: 2', 'max: 3'))).digest).not.toBe(application(linked()).digest);
    const cartridges = (platform['cartridges.yaml'] ?? '').replace('ami-2', 'ami-3');
    const other = linked(shop, { 'cartridges.yaml': cartridges });
    expect(application(other).digest).not.toBe(application(linked()).digest);
    expect(application(other).ownDigest).toBe(application(linked()).ownDigest);
  });

  it('carries pause, cordon and not being deployed', () => {
    const state = linked(shop.replace('{name: shop}', '{name: shop, annotations: {stratos/paused: audit, stratos/cordoned: moving}}').replace('spec:\n', 'spec:\n  deployed: false\n'));
    expect(application(state)).toMatchObject({ deployed: false, paused: { reason: 'audit' }, cordoned: { reason: 'moving' } });
    const cordoned = (platform['places.yaml'] ?? '').replace('{name: local}', '{name: local, annotations: {stratos/cordoned: full}}');
    expect(cluster(linked(shop, { 'places.yaml': cordoned }), 'tiers/lb').placements.get('local' as never)?.partitions[0]?.cordoned).toEqual({ reason: 'full' });
  });

  it('needs no startup order, and joins several: a component waits for each that stands before it', () => {
    const state = linked(`apiVersion: stratos/v1
kind: Application
metadata: {name: shop}
spec:
  deploymentPolicy: home
  components:
    cartridges: {a: {type: store}, b: {type: store}, c: {type: store}, d: {type: store}}
    dependencies: {startupOrders: [[a, c], [b, c], [a, c]]}
`);
    expect(told(state)).toEqual([]);
    expect([...application(state).root.dependencies.startsAfter]).toEqual([['c', ['a', 'b']]]);
  });
});

describe('a template', () => {
  const template = `apiVersion: stratos/v1
kind: ApplicationTemplate
metadata: {name: web-shop}
spec:
  parameters:
    required: [repository]
    properties: {repository: {type: string}, web: {type: integer, default: 2, minimum: 1, maximum: 20}, tag: {type: string}}
  patterns:
    small: {deploymentPolicy: home}
    wide: {deploymentPolicy: two, applicationPolicy: home-then-west}
  application:
    autoscalingPolicy: traffic
    components:
      cartridges:
        web: {type: node-http, min: "\${web}", max: 20, artifactRepository: {url: "\${repository}", tag: "\${tag}"}}
`;
  const use = (spec: string): string => `apiVersion: stratos/v1\nkind: Application\nmetadata: {name: shop}\nspec: ${spec}\n`;
  const from = (spec: string) => linked(use(spec), { 'template.yaml': template });

  it('is filled in, typed, with the pattern and the application\'s own words over it', () => {
    const state = from('{template: web-shop, pattern: wide, parameters: {repository: artifacts/web.git, web: 3}, components: {cartridges: {web: {max: 9}}}}');
    expect(told(state)).toEqual(['info unused-child-policy: there is no "tiers/store" in the application "shop"']);
    expect(cluster(state, 'web')).toMatchObject({ min: 3, max: 9, artifact: { url: 'artifacts/web.git', reference: { kind: 'branch', name: 'main' } }, autoscaling: { name: 'traffic' } });
    expect(cluster(state, 'web').origin).toMatchObject({ path: 'template.yaml', pointer: '/spec/application/components/cartridges/web' });
    expect(application(state).placement.networkPartitionGroups).toEqual([['local'], ['west']]);
    expect(cluster(from('{template: web-shop, pattern: small, parameters: {repository: x}}'), 'web').min).toBe(2);
  });

  it('may declare what no value meets, or what has no meaning', () => {
    const odd = template.replace('tag: {type: string}', 'tag: {type: string, minimum: 3, enum: [a, a], minLength: 9, maxLength: 1}');
    const state = linked(use('{template: web-shop, pattern: small, parameters: {repository: x, tag: a}}'), { 'template.yaml': odd });
    expect(told(state)).toEqual(['invalid-parameter: found "a"; expected another value']);
  });

  it.each([
    ['{template: web-shop, pattern: small}', ['invalid-parameter: "repository" is missing']],
    ['{template: web-shop, pattern: small, parameters: {repository: x, web: 21, wep: 1}}', ['unknown-parameter: the template "web-shop" has no parameter "wep"; did you mean "web"?', 'invalid-parameter: found 21; expected at most 20'].toReversed()],
    ['{template: web-shop, pattern: smal, parameters: {repository: x}}', ['unknown-reference: the template "web-shop" has no pattern "smal"; did you mean "small"?']],
    ['{template: web-shap, parameters: {repository: x}}', ['unknown-reference: there is no ApplicationTemplate "web-shap"; did you mean "web-shop"?']],
    ['{template: web-shop, pattern: small, parameters: {repository: x}, components: {cartridges: {wep: {max: 3}}}}', ['unknown-alias: ApplicationTemplate "web-shop" has no cartridge "wep" here; did you mean "web"?']],
    ['{template: web-shop, pattern: small, parameters: {repository: "-x"}}', [expect.stringMatching(/^invalid-value: found "-x"; expected URL.*\(\/components\/cartridges\/web\/artifactRepository\/url of ApplicationTemplate "web-shop"\)$/)]],
  ])('refuses %s', (spec, expected) => {
    expect(told(from(spec))).toEqual(expected);
  });
});
