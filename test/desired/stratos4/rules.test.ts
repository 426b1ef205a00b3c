/** What the old server refused, what it overlooked, and what it forgave: each rule on a document that breaks it and nothing else. */

import { describe, expect, it } from 'vitest';
import * as given from './documents.ts';
import { parsed, spec, told } from './old.ts';

type Keys = Record<string, unknown>;

/** A copy with the value at a path replaced; undefined takes it out. */
function changed(old: unknown, path: string, value: unknown): unknown {
  const [step = '', ...rest] = path.split('.');
  if (Array.isArray(old)) return old.map((item: unknown, index) => (String(index) === step ? (rest.length === 0 ? value : changed(item, rest.join('.'), value)) : item));
  return { ...(old as Keys), [step]: rest.length === 0 ? value : changed((old as Keys)[step], rest.join('.'), value) };
}

/** `severity code` of each problem, and the text of the line that it points to. */
function where(old: unknown): string[] {
  const text = typeof old === 'string' ? old : JSON.stringify(old, null, 2);
  const lines = text.split('\n');
  return parsed(text).problems.map(({ severity, code, line, column }) => `${severity} ${code} @ ${(lines[(line ?? 0) - 1] ?? '').slice((column ?? 1) - 1).replace(/,?\s*$/, '')}`);
}

const pair = 'components.groups.0';
const php = `${pair}.cartridges.0`;
const front = 'components.cartridges.0';

describe('applications', () => {
  it.each<[string, string, unknown, string[]]>([
    ['V1 an id', 'applicationId', ' ', ['error missing-key @ " "']],
    ['V4 group aliases that are unique', 'components.groups', [given.application.components.groups[0], { ...given.application.components.groups[0], cartridges: [] }], ['error duplicate-alias @ "my-pair"']],
    ['V6 one deployment policy on the way, not a second below a group that has one', `${php}.subscribableInfo.deploymentPolicy`, 'here', ['error placed-twice @ "here"']],
    ['V8 the same for a nested group', `${pair}.groups`, [{ name: 'in', alias: 'in', groupMinInstances: 1, groupMaxInstances: 1, deploymentPolicy: 'here' }], ['error placed-twice @ "here"']],
    ['V11 an alias', `${php}.subscribableInfo.alias`, undefined, ['error missing-key @ "subscribableInfo": {']],
    ['V12 an alias in its form', `${front}.subscribableInfo.alias`, 'Front_1', ['error invalid-name @ "Front_1"']],
    ['V12 quickly, however long it is', `${front}.subscribableInfo.alias`, `${'a'.repeat(50_000)}_`, [`error invalid-name @ "${'a'.repeat(50_000)}_"`]],
    ['V13 cartridge aliases that are unique', `${php}.subscribableInfo.alias`, 'my-mysql', ['error duplicate-alias @ "my-mysql"']],
    ['V14 an autoscaling policy', `${front}.subscribableInfo.autoscalingPolicy`, '', ['error missing-key @ ""']],
    ['V16 an order of what is there', 'components.dependencies.startupOrders.0.aliases.1', 'group.front', ['error unknown-alias @ "group.front"']],
    ['V17 a prefix', 'components.dependencies.startupOrders.0.aliases.1', 'front', ['error invalid-value @ "front"']],
    ['V18 a prefix also for what scales together', 'components.dependencies.scalingDependents.0.aliases.0', 'front, cartridge.front', ['error invalid-value @ "front, cartridge.front"']],
    ['V20 a termination behaviour', 'components.dependencies.terminationBehaviour', 'terminate-al', ['error invalid-value @ "terminate-al"']],
    ['components', 'components', undefined, ['error missing-key @ {']],
    ['what stands below a cartridge', `${front}.subscribableInfo`, undefined, ['error missing-key @ {']],
    ['a whole number', `${front}.cartridgeMin`, '2.5', ['error invalid-value @ "2.5"']],
    ['a number that is not negative', `${front}.cartridgeMin`, -1, ['error invalid-value @ -1']],
    ['one alias for a cartridge and a group beside it', `${pair}.alias`, 'front', ['error duplicate-alias @ "front"']],
  ])('need %s', (_rule, path, value, expected) => {
    expect(where(changed(given.application, path, value))).toEqual(expected);
    expect(parsed(JSON.stringify(changed(given.application, path, value))).documents.every((document) => document.value === null)).toBe(true);
  });

  it.each<[string, string, unknown, string[]]>([
    ['a key that nobody reads', `${front}.lvsVirtualIP`, '10.0.0.1', ['warning unknown-key @ "lvsVirtualIP": "10.0.0.1"']],
    ['a nearly right key', `${front}.cartridgMin`, 1, ['warning unknown-key @ "cartridgMin": 1']],
    ['a virtual address', `${front}.subscribableInfo.lvsVirtualIP`, '10.0.0.1|255.0.0.0', ['warning not-carried @ "lvsVirtualIP": "10.0.0.1|255.0.0.0"']],
    ['the switch of an older server', `${pair}.groupScalingEnabled`, true, ['warning ignored-key @ "groupScalingEnabled": true']],
    ['a missing minimum, which is 0', `${front}.cartridgeMin`, undefined, ['warning nothing-to-run @ {']],
    ['a maximum below the minimum, which adds nothing', `${front}.cartridgeMax`, 1, ['warning range-reversed @ 1']],
    ['properties of the application', 'property', [{ name: 'a', value: 'b' }], ['warning not-carried @ "property": [']],
    ['an id with other characters', 'applicationId', 'My Shop', ['info renamed @ "My Shop"']],
    ['a group alias with other characters', `${pair}.alias`, 'G-G1-1x0', ['info renamed @ "G-G1-1x0"']],
  ])('are read with %s', (_what, path, value, expected) => {
    const old = changed(given.application, path, value);
    expect(where(old)).toEqual(expected);
    expect(parsed(JSON.stringify(old)).documents[0]?.value).not.toBeNull();
  });

  it('trim what they list, and take a text with commas for a list', () => {
    const old = changed(given.application, 'components.dependencies.startupOrders', [{ aliases: ['group.my-pair ,cartridge.front'] }]);
    expect(spec(old)).toMatchObject({ components: { dependencies: { startupOrders: [['my-pair', 'front']] } } });
    expect(spec(changed(given.application, 'components.dependencies', { scalingDependants: [{ aliases: ['group.my-pair', 'cartridge.front'] }] }))).toMatchObject({ components: { dependencies: { scalingDependents: [['my-pair', 'front']] } } });
  });

  it('keep their minimum when the maximum is below it', () => {
    expect(spec(changed(given.application, `${front}.cartridgeMax`, undefined))).toMatchObject({ components: { cartridges: { front: { min: 2, max: 2 } } } });
  });
});

describe('the other kinds', () => {
  it.each<[string, unknown, string, unknown, string[]]>([
    ['V35 a group: a name', given.group, 'name', '', ['error missing-key @ ""']],
    ['V37 a group: each cartridge once', given.group, 'cartridges', ['php', 'php'], ['error duplicate-entry @ "php"']],
    ['V38 a group: each group once', given.group, 'groups', [{ name: 'a', cartridges: ['php'] }, { name: 'a', cartridges: ['php'] }], ['error duplicate-entry @ "a"']],
    ['V39 a group: never inside itself', given.group, 'groups', [{ name: 'a', groups: [{ name: 'pair', cartridges: [] }] }], ['error group-cycle @ "pair"']],
    ['V41 a group: a termination behaviour', given.group, 'dependencies.terminationBehaviour', 'no', ['error invalid-value @ "no"']],
    ['V42 a group: prefixes', given.group, 'dependencies.startupOrders', [{ aliases: ['my-php'] }], ['error invalid-value @ "my-php"']],
    ['V45 an autoscaling policy: an id', given.autoscalingPolicy, 'id', null, ['error missing-key @ {']],
    ['an autoscaling policy: a threshold', given.autoscalingPolicy, 'loadThresholds', { memoryConsumption: {} }, ['error missing-key @ "loadThresholds": {']],
    ['an autoscaling policy: a percentage', given.autoscalingPolicy, 'loadThresholds.memoryConsumption.threshold', 101, ['error invalid-value @ 101']],
    ['V50 a cartridge: a provider', given.cartridge, 'iaasProvider', [], ['error missing-key @ "iaasProvider": []']],
    ['V51 a cartridge: a kind of port', given.cartridge, 'portMapping.0.kubernetesPortType', 'Any', ['error invalid-value @ "Any"']],
    ['V53 a cartridge: a category', given.cartridge, 'category', '', ['error missing-key @ ""']],
    ['a cartridge: a port', given.cartridge, 'portMapping.0.port', 'eighty', ['error wrong-type @ "eighty"']],
    ['a cartridge: each port number once', given.cartridge, 'portMapping', [{ protocol: 'http', port: 80 }, { protocol: 'tcp', port: 80 }], ['error duplicate-entry @ 80']],
    ['a cartridge: each provider once', given.cartridge, 'iaasProvider', [{ type: 'mock' }, { type: 'mock' }], ['error duplicate-entry @ "mock"']],
    ['V57 a deployment policy: an id', given.deploymentPolicy, 'id', ' ', ['error missing-key @ " "']],
    ['V58 a deployment policy: a network partition', given.deploymentPolicy, 'networkPartitions', [], ['error missing-key @ "networkPartitions": []']],
    ['V59 a deployment policy: their ids', given.deploymentPolicy, 'networkPartitions.0.id', '', ['error missing-key @ ""']],
    ['V62 a deployment policy: an algorithm', given.deploymentPolicy, 'networkPartitions.0.partitionAlgo', undefined, ['error missing-key @ {']],
    ['V63 a deployment policy: a known algorithm', given.deploymentPolicy, 'networkPartitions.0.partitionAlgo', 'weighted-round-robin', ['error invalid-value @ "weighted-round-robin"']],
    ['V64 a deployment policy: a partition', given.deploymentPolicy, 'networkPartitions.0.partitions', [], ['error missing-key @ "partitions": []']],
    ['a deployment policy: room in each partition', given.deploymentPolicy, 'networkPartitions.0.partitions.0.partitionMax', 0, ['error invalid-value @ 0']],
    ['V66 an application policy: an id', given.applicationPolicy, 'id', '', ['error missing-key @ ""']],
    ['V67 an application policy: an algorithm', given.applicationPolicy, 'algorithm', '', ['error missing-key @ ""']],
    ['V68 an application policy: a known algorithm', given.applicationPolicy, 'algorithm', 'all-at-one', ['error invalid-value @ "all-at-one"']],
    ['V69 an application policy: a network partition', given.applicationPolicy, 'networkPartitions', [], ['error missing-key @ "networkPartitions": []']],
    ['V71 an application policy: names in its groups', given.applicationPolicy, 'properties', [{ name: 'networkPartitionGroups', value: 'np-1,,np-2' }], ['error missing-key @ "np-1,,np-2"']],
    ['V73 a network partition: an id', given.networkPartition, 'id', '', ['error missing-key @ ""']],
    ['V75 a network partition: a partition', given.networkPartition, 'partitions', [{}], ['error missing-key @ {}']],
    ['V76 a network partition: a provider', given.networkPartition, 'provider', undefined, ['error missing-key @ {']],
    ['V81 a network partition: the cluster of Kubernetes', given.networkPartition, 'provider', 'kubernetes', ['error missing-key @ "property": [', 'error missing-key @ "property": [']],
    ['V86 a Kubernetes cluster: a master', given.kubernetesCluster, 'kubernetesMaster', undefined, ['error missing-key @ {']],
    ['V87 a Kubernetes cluster: ports that are there', given.kubernetesCluster, 'portRange.upper', '65536', ['error invalid-value @ "65536"']],
    ['V87 a Kubernetes cluster: a range that is not reversed', given.kubernetesCluster, 'portRange.upper', '29999', ['error range-reversed @ "30000"']],
    ['V88 a Kubernetes cluster: addresses', given.kubernetesCluster, 'kubernetesHosts.0.privateIPAddress', '', ['error missing-key @ ""']],
    ['V89 a Kubernetes cluster: hosts that differ', given.kubernetesCluster, 'kubernetesHosts.0.hostId', 'master', ['error duplicate-entry @ "master"']],
  ])('need, %s', (_rule, old, path, value, expected) => {
    const broken = changed(old, path, value);
    expect(where(broken)).toEqual(expected);
    expect(parsed(JSON.stringify(broken)).documents.every((document) => document.value === null)).toBe(true);
  });

  it.each<[string, unknown, string, unknown, string[]]>([
    ['a provider in the wrong place', given.networkPartition, 'partitions.0.provider', 'ec2', ['warning unknown-key @ "provider": "ec2"']],
    ['a property that stands twice', given.networkPartition, 'partitions.0.property', [{ name: 'region', value: 'a' }, { name: 'region', value: 'b' }], ['warning duplicate-entry @ "region"']],
    ['a property that nearly means something', given.applicationPolicy, 'properties', [{ name: 'network-partition-groups', value: 'np-1' }], ['warning unknown-key @ "np-1"']],
    ['a network partition that no group uses', given.applicationPolicy, 'properties', [{ name: 'networkPartitionGroups', value: 'other' }], ['warning not-in-a-group @ "np-1"']],
    ['a threshold of 0', given.autoscalingPolicy, 'loadThresholds.loadAverage.threshold', 0, ['warning not-carried @ 0']],
    ['a category that nobody knows', given.cartridge, 'category', 'web', ['warning invalid-value @ "web"']],
  ])('are read with %s', (_what, old, path, value, expected) => {
    expect(where(changed(old, path, value))).toEqual(expected);
    expect(parsed(JSON.stringify(changed(old, path, value))).documents[0]?.value).not.toBeNull();
  });

  it('tell all that is wrong, not only the first', () => {
    expect(told({ id: '', networkPartitions: [{ id: '', partitionAlgo: 'x', partitions: [{ partitionMax: 'y' }] }, { partitions: 3 }] })).toEqual([
      '2:9 error missing-key', '5:13 error missing-key', '6:24 error invalid-value', '8:9 error missing-key', '9:27 error wrong-type', '13:5 error missing-key', '13:5 error missing-key', '14:21 error wrong-type',
    ]);
  });
});

describe('a file as the old server read it', () => {
  it('may quote numbers and truth values, end lists with a comma, and give one thing where several are expected', () => {
    const text = '{"id": "everywhere",\n "networkPartitions": {"id": "np-1", "partitionAlgo": "round-robin", "partitions": {"id": "p1", "partitionMax": "5",},},\n}\n';
    expect(told(text)).toEqual([]);
    expect(spec(text)).toEqual({ networkPartitions: { 'np-1': { algorithm: 'round-robin', partitions: [{ name: 'p1', max: 5 }] } } });
  });

  it('takes the last of two keys with one name, and says so', () => {
    const text = '{"id": "calm",\n "loadThresholds": {"loadAverage": {"threshold": 1}},\n "loadThresholds": {"loadAverage": {"threshold": 200000}}}';
    expect(told(text)).toEqual(['3:2 warning duplicate-key', '3:50 error invalid-value']);
    expect(told(text.replace('200000', '2'))).toEqual(['3:2 warning duplicate-key']);
    expect(parsed(text.replace('200000', '2')).unreadable).toBe(false);
    // A native document stays strict.
    expect(told('apiVersion: stratos/v1\nkind: Approval\nkind: Approval\n')).toEqual(['3:1 error duplicate-key']);
  });

  it('gives one name to one id, also to those that are too long or have no letters of ours', () => {
    const name = (id: string): string => parsed(JSON.stringify({ ...given.autoscalingPolicy, id })).documents[0]?.name ?? '';
    expect([name('calm'), name('My_Policy'), name('a--b'), name('-x-')]).toEqual(['calm', 'my-policy', 'a--b', 'x']);
    expect(name('アプリ')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(name('アプリ')).not.toBe(name('アプロ'));
    expect(name('long-'.repeat(30))).toMatch(/^long-.*-[0-9a-f]{8}$/);
    expect(name('long-'.repeat(30)).length).toBeLessThanOrEqual(63);
  });
});
