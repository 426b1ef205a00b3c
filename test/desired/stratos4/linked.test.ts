/** Old documents once their names are resolved: groups under the aliases of applications, and what concerns an application. */

import { describe, expect, it } from 'vitest';
import type { DesiredApplication } from '../../../reconciler/model/desired.ts';
import type { LinkState } from '../../../reconciler/desired/link/link.ts';
import * as given from './documents.ts';
import { linked, linkedFiles, parsed, places } from './old.ts';

const { application, group, deployment, worldWith } = given;

function problems(changes: Readonly<Record<string, unknown>>): string[] {
  const texts = worldWith(changes);
  return places(linked(texts), texts);
}

function only(state: LinkState): DesiredApplication {
  const [first] = [...state.desired.applications.values()];
  if (first === undefined) throw new Error('no application');
  return first;
}

const messages = (changes: Readonly<Record<string, unknown>>): string[] => linked(worldWith(changes)).problems.map(({ message }) => message);

describe('an old application', () => {
  it('is right with what it names, and runs only when an ApplicationDeployment names it', () => {
    expect(problems({})).toEqual([]);
    expect(only(linked(worldWith())).deployed).toBe(false);
    const deployed = only(linked(worldWith({ 'deploy.yaml': deployment })));
    expect(deployed).toMatchObject({ name: 'shop', deployed: true, placement: { networkPartitionGroups: [['np-1']], origin: { path: 'policies/application.json', pointer: '' } } });
    expect(only(linked(worldWith({ 'deploy.yaml': `${deployment.replace('}\n', '').trimEnd().replace('at-home}', 'at-home, deployed: false}')}\n` }))).deployed).toBe(false);
  });

  it('has the children of its own references, with the order that the group definition gives', () => {
    const { root } = only(linked(worldWith()));
    const [pair] = root.groups;
    expect(pair).toMatchObject({ alias: 'my-pair', type: 'pair', min: 1, max: 2, scaling: true });
    expect(pair?.clusters.map(({ path, min, max, cartridge, autoscaling }) => [path, min, max, cartridge.name, autoscaling?.basis])).toEqual([['my-pair/my-php', 1, 3, 'php', 'minimum'], ['my-pair/my-mysql', 1, 1, 'mysql', 'minimum']]);
    expect([...(pair?.dependencies.startsAfter ?? [])]).toEqual([['my-php', ['my-mysql']]]);
    expect(pair?.dependencies).toMatchObject({ terminationBehaviour: 'terminate-all', origin: { path: 'groups/pair.json', pointer: '/dependencies' } });
    expect([...root.dependencies.startsAfter]).toEqual([['front', ['my-pair']]]);
    expect(root.clusters[0]?.placements.get('np-1' as never)?.partitions.map(({ id, provider, max, launch }) => [id, provider, max, launch.region, launch.zone])).toEqual([['np-1/p1', 'simulated', 5, 'default', null], ['np-1/p2', 'simulated', 5, 'default', 'z']]);
  });

  it('follows groups that are nested in a definition, by their names in it', () => {
    const inner = { name: 'inner', alias: 'in', groupMinInstances: 1, groupMaxInstances: 1, cartridges: [{ type: 'mysql', cartridgeMin: 1, cartridgeMax: 1, subscribableInfo: { alias: 'deep', autoscalingPolicy: 'calm' } }] };
    const [outer] = application.components.groups;
    const nested = { ...application, components: { ...application.components, groups: [{ ...outer, groups: [inner] }] } };
    const definition = { ...group, groups: [{ name: 'inner', cartridges: ['mysql'], dependencies: { terminationBehaviour: 'terminate-dependents' } }] };
    const changes = { 'applications/shop/application.json': nested, 'groups/pair.json': definition };
    expect(problems(changes)).toEqual([]);
    const [found] = only(linked(worldWith(changes))).root.groups[0]?.groups ?? [];
    expect(found).toMatchObject({ alias: 'in', type: 'inner', path: 'my-pair/in', dependencies: { terminationBehaviour: 'terminate-dependents', origin: { pointer: '/groups/0/dependencies' } } });
    // A registered group of that name is another one.
    expect(problems({ ...changes, 'groups/inner.json': { name: 'inner', cartridges: ['php'] } })).toEqual([]);
    expect(problems({ ...changes, 'groups/pair.json': group })).toEqual(['applications/shop/application.json:34:21 error unknown-reference']);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string[], RegExp]>([
    ['V15 autoscaling policies', { 'policies/scaling.json': undefined }, ['19:36', '28:36', '41:32'].map((place) => `applications/shop/application.json:${place} error unknown-reference`), /no AutoscalingPolicy "calm"/],
    ['V19 cartridges', { 'cartridges/mysql.json': undefined }, ['groups/pair.json:5:5 error unknown-reference'], /no Cartridge "mysql"/],
    ['V21 groups', { 'groups/pair.json': undefined }, ['applications/shop/application.json:7:17 error unknown-reference'], /no CartridgeGroup "pair"/],
    ['V22 aliases that the group puts in order', { 'groups/pair.json': { ...group, dependencies: { startupOrders: [{ aliases: ['cartridge.my-sql', 'cartridge.my-php'] }] } } }, ['groups/pair.json:11:11 error unknown-alias'], /no "my-sql" here; did you mean "my-mysql"/],
    ['V24 every cartridge of the group', { 'groups/pair.json': { name: 'pair', cartridges: ['php', 'mysql', 'esb'] }, 'cartridges/esb.json': { ...given.cartridge, type: 'esb' } }, ['applications/shop/application.json:7:17 error group-incomplete'], /has esb, which stands nowhere/],
    ['V60 network partitions', { 'places/np-1.json': undefined }, ['policies/application.json:5:5 error unknown-reference', 'policies/placing.json:5:13 error unknown-reference'], /no NetworkPartition "np-1"/],
    ['V61 partitions', { 'policies/placing.json': { id: 'everywhere', networkPartitions: [{ id: 'np-1', partitionAlgo: 'round-robin', partitions: [{ id: 'p3', partitionMax: 1 }] }] } }, ['policies/placing.json:9:17 error unknown-reference'], /has no partition "p3"/],
    ['V28 an order that has an end', { 'groups/pair.json': { ...group, dependencies: { startupOrders: [{ aliases: ['cartridge.my-php', 'cartridge.my-mysql'] }, { aliases: ['cartridge.my-mysql', 'cartridge.my-php'] }] } } }, ['groups/pair.json:8:5 error startup-cycle'], /my-mysql → my-php/],
    ['one definition of each group', { 'groups/other.json': group }, ['groups/other.json:2:11 error duplicate-identity', 'groups/pair.json:2:11 error duplicate-identity'], /none of them is used/],
  ])('needs %s', (_rule, changes, expected, message) => {
    expect(problems(changes)).toEqual(expected);
    expect(messages(changes).some((text) => message.test(text))).toBe(true);
  });

  it('needs a deployment policy on the way to each cartridge, V7 and V9', () => {
    const { deploymentPolicy: _policy, ...placeless } = application.components.cartridges[0]?.subscribableInfo ?? {};
    const old = { ...application, components: { ...application.components, cartridges: [{ ...application.components.cartridges[0], subscribableInfo: placeless }] } };
    expect(problems({ 'applications/shop/application.json': old })).toEqual(['applications/shop/application.json:35:7 error no-deployment-policy']);
  });

  it('is refused by an application policy whose network partitions its deployment policies lack, V34', () => {
    const policy = { ...given.applicationPolicy, networkPartitions: ['np-1', 'np-2'] };
    const np2 = { ...given.networkPartition, id: 'np-2' };
    expect(problems({ 'deploy.yaml': deployment, 'policies/application.json': policy, 'places/np-2.json': np2 })).toEqual(['deploy.yaml:4:46 error network-partition-not-covered']);
  });

  it('may include a group in the native form, by the aliases of the group', () => {
    const native = 'apiVersion: stratos/v1\nkind: CartridgeGroup\nmetadata: {name: pair}\nspec: {cartridges: {my-php: {type: php}, my-mysql: {type: mysql}}, dependencies: {startupOrders: [[my-php, my-mysql]]}}\n';
    expect(problems({ 'groups/pair.json': undefined, 'groups/pair.yaml': native })).toEqual([]);
    expect(problems({ 'groups/pair.json': undefined, 'groups/pair.yaml': native.replaceAll('my-php', 'php') })).toEqual(['applications/shop/application.json:13:11 error unknown-alias']);
  });
});

describe('what concerns an application', () => {
  const here = 'applications/shop/domain-mappings.json';

  it('finds it in its folder, and the cartridge by its alias alone', () => {
    const deep = { domainMappings: [{ cartridgeAlias: 'my-php', domainName: 'a.example.com' }, ...given.domainMappings.domainMappings] };
    const state = linked(worldWith({ [here]: deep, 'applications/shop/signup.json': given.signUp }));
    const mappings = state.documents({ tenant: 'default' as never, kind: 'DomainMapping' });
    expect(mappings.map(({ name, value }) => [name, (value as { spec: unknown }).spec])).toEqual([
      ['shop-a-example-com', { application: 'shop', cartridge: 'my-pair/my-php', domainName: 'a.example.com' }],
      ['shop-shop-example-com-store', { application: 'shop', cartridge: 'front', domainName: 'shop.example.com', contextPath: '/store' }],
    ]);
    const [signUp] = state.documents({ tenant: 'default' as never, kind: 'ApplicationSignUp' });
    expect(signUp).toMatchObject({ name: 'shop', value: { spec: { application: 'shop', artifactRepositories: { 'my-pair/my-php': { url: 'https://git.example.com/theirs.git' } } } } });
    expect(state.problems.map(({ code }) => code)).toEqual(['own-application']);
  });

  it('says where the alias stands that nobody has, V98, and the domain that stands twice, V99', () => {
    const astray = { domainMappings: [{ cartridgeAlias: 'frnt', domainName: 'a.example.com' }, { cartridgeAlias: 'front', domainName: 'b.example.com' }] };
    expect(problems({ [here]: astray })).toEqual([`${here}:4:25 error unknown-alias`]);
    const twice = { domainMappings: [{ cartridgeAlias: 'front', domainName: 'a.example.com' }, { cartridgeAlias: 'my-php', domainName: 'A.example.com' }] };
    expect(problems({ [here]: twice })).toEqual([5, 9].flatMap((line) => ['duplicate-domain', 'duplicate-identity'].map((code) => `${here}:${line}:21 error ${code}`)));
    expect(problems({ 'applications/shop/signup.json': { artifactRepositories: [{ alias: 'who', repoUrl: 'https://git.example.com/x.git' }] } })).toEqual(['applications/shop/signup.json:1:1 warning own-application', 'applications/shop/signup.json:3:5 error unknown-alias']);
  });

  it('may name it, and is left out with a warning when nothing tells', () => {
    expect(problems({ 'elsewhere/mappings.json': { applicationId: 'shop', ...given.domainMappings } })).toEqual([]);
    expect(problems({ 'elsewhere/mappings.json': { applicationId: 'shp', ...given.domainMappings } })).toEqual(['elsewhere/mappings.json:2:20 error unknown-reference']);
    expect(problems({ 'elsewhere/mappings.json': given.domainMappings })).toEqual(['elsewhere/mappings.json:1:1 warning application-not-named']);
    expect(problems({ [here]: given.domainMappings, 'applications/shop/second.json': { ...application, applicationId: 'second' } })).toEqual([`${here}:1:1 warning application-not-named`]);
  });

  it('is linked again when its application changes, and is the same object when not', () => {
    const texts = worldWith({ [here]: { domainMappings: [{ cartridgeAlias: 'front', domainName: 'a.example.com' }] } });
    const files = new Map([...texts].map(([name, text]) => [name, parsed(text)]));
    const first = linkedFiles(files);
    const same = linkedFiles(new Map(files), first);
    expect(same.internals.registry).toBe(first.internals.registry);
    const renamed = new Map(files).set('applications/shop/application.json', parsed(JSON.stringify({ ...application, applicationId: 'store' }, null, 2)));
    const next = linkedFiles(renamed, same);
    expect(next.documents({ tenant: 'default' as never, kind: 'DomainMapping' }).map(({ name }) => name)).toEqual(['store-a-example-com']);
    expect(next.problems).toEqual([]);
  });
});
