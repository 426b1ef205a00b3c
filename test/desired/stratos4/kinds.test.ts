/** Each kind of old document, and the native one that it comes to. */

import { describe, expect, it } from 'vitest';
import * as given from './documents.ts';
import { parsed, spec, told, values } from './old.ts';

describe('an old document', () => {
  it.each([...given.world])('%s is right', (_name, old) => {
    expect(told(old)).toEqual([]);
  });

  it('keeps its name, and where each part of it stands', () => {
    const [document] = parsed(JSON.stringify(given.application)).documents;
    expect(document).toMatchObject({ kind: 'Application', name: 'shop', dialect: 'stratos4', index: 0, line: 1 });
    expect(document?.pointers).toMatchObject({
      '': '', '/metadata/name': '/applicationId',
      '/spec/components/groups/my-pair/cartridges/my-php/max': '/components/groups/0/cartridges/0/cartridgeMax',
      '/spec/components/dependencies/scalingDependents/0/1': '/components/dependencies/scalingDependents/0/aliases/0',
    });
  });

  it('of an application gives aliases as keys, and does not run it', () => {
    expect(values(given.application)).toEqual([{
      apiVersion: 'stratos/v1', kind: 'Application', metadata: { name: 'shop' },
      spec: {
        components: {
          cartridges: { front: { type: 'php', min: 2, max: 4, autoscalingPolicy: 'calm', deploymentPolicy: 'everywhere', artifactRepository: { url: 'https://git.example.com/front.git', branch: 'master' } } },
          groups: {
            'my-pair': {
              type: 'pair', min: 1, max: 2, deploymentPolicy: 'everywhere',
              cartridges: { 'my-php': { type: 'php', min: 1, max: 3, autoscalingPolicy: 'calm' }, 'my-mysql': { type: 'mysql', min: 1, max: 1, autoscalingPolicy: 'calm' } },
            },
          },
          dependencies: { startupOrders: [['my-pair', 'front']], scalingDependents: [['my-pair', 'front']], terminationBehaviour: 'terminate-dependents' },
        },
      },
    }]);
  });

  it('of a cartridge gives ports by name, sections by provider, and what its members are told', () => {
    expect(spec({
      ...given.cartridge, category: 'lb', loadBalancingIPType: 'public', deployment: { baseDir: '/var/www' },
      property: [{ name: 'payload_parameter.LOG', value: 'debug' }, { name: 'KUBERNETES_CONTAINER_CPU', value: '0' }],
      portMapping: [{ name: 'Main', protocol: 'http', port: 80, proxyPort: 0, kubernetesPortType: 'ClusterIP' }, { protocol: 'ajp', port: '8009' }],
      persistence: { required: true, volume: [{ id: 'data', size: '10', mappingPath: '/data', removeOnTermination: true }] },
      iaasProvider: [
        { type: 'ec2', imageId: 'us-east-1/ami-1', property: [{ name: 'instanceType', value: 'm1.small' }, { name: 'tag:Owner', value: 'ops' }], networkInterfaces: [{ networkUuid: 'n-1', name: 'eth' }] },
        { type: 'openstack', imageId: 'RegionOne/i-1', property: [{ name: 'instanceType', value: 'RegionOne/2' }] },
        { type: 'kubernetes', imageId: 'example/php:1', className: 'org.example.Iaas' },
      ],
    })).toEqual({
      displayName: 'PHP', description: 'PHP cartridge', version: '7', category: 'load-balancer', multiTenant: false, metadataKeys: ['url'],
      portMapping: { main: { protocol: 'http', port: 80 }, 'ajp-8009': { protocol: 'tcp', port: 8009 } },
      deployment: { baseDir: '/var/www' }, environment: { LOG: 'debug' },
      persistence: { volumes: { data: { size: '10Gi', mappingPath: '/data', onRemoval: 'delete' } } },
      iaasProvider: {
        ec2: { imageId: { 'us-east-1': 'ami-1' }, networks: ['n-1'], loadBalancingIPType: 'public', KUBERNETES_CONTAINER_CPU: '0', instanceType: 'm1.small', 'tag.Owner': 'ops' },
        openstack: { imageId: { RegionOne: 'i-1' }, loadBalancingIPType: 'public', KUBERNETES_CONTAINER_CPU: '0', instanceType: { RegionOne: '2' } },
        kubernetes: { imageId: 'example/php:1', loadBalancingIPType: 'public', KUBERNETES_CONTAINER_CPU: '0', clusterIPPorts: ['main'] },
      },
    });
  });

  it('of a group lists cartridges by type, and keeps orders among the aliases of applications', () => {
    expect(spec({ ...given.group, groups: [{ name: 'inner', cartridges: ['c1'] }] })).toEqual({
      cartridges: { php: { type: 'php' }, mysql: { type: 'mysql' } }, groups: { inner: { cartridges: { c1: { type: 'c1' } } } },
      dependencies: { startupOrders: [['my-mysql', 'my-php']], terminationBehaviour: 'terminate-all' },
    });
  });

  it('of a policy keeps numbers, the old basis, and the order of places', () => {
    expect(spec(given.autoscalingPolicy)).toEqual({ loadThresholds: { requestsInFlight: 20, memoryConsumption: 70, loadAverage: 70 }, basis: 'minimum' });
    expect(spec(given.deploymentPolicy)).toEqual({ networkPartitions: { 'np-1': { algorithm: 'one-after-another', partitions: [{ name: 'p1', max: 5 }, { name: 'p2', max: 5 }] } } });
    expect(spec(given.applicationPolicy)).toEqual({ algorithm: 'one-after-another', networkPartitionGroups: [['np-1']] });
    expect(spec({ ...given.applicationPolicy, networkPartitions: ['a', 'b', 'c'] })).toEqual({ algorithm: 'one-after-another', networkPartitionGroups: [['a'], ['b'], ['c']] });
    expect(spec({ ...given.applicationPolicy, algorithm: 'all-at-once', networkPartitions: ['a', 'b'] })).toEqual({ algorithm: 'all-at-once', networkPartitionGroups: [['a', 'b']] });
    const groups = [{ name: 'networkPartitionGroups', value: 'a|b, c' }, { name: 'else', value: 'x' }];
    expect(spec({ ...given.applicationPolicy, networkPartitions: ['a', 'b', 'c'], properties: groups })).toEqual({ algorithm: 'one-after-another', networkPartitionGroups: [['a', 'b'], ['c']] });
  });

  it('of a place names the simulated provider for mock, and Kubernetes clusters by plain HTTP', () => {
    expect(spec({ ...given.networkPartition, properties: [{ name: 'payload_parameter.PUPPET_IP', value: '10.0.0.9' }] })).toEqual({
      provider: 'simulated', properties: { 'payload_parameter.PUPPET_IP': '10.0.0.9' },
      partitions: [{ name: 'p1', region: 'default' }, { name: 'p2', region: 'default', zone: 'z' }],
    });
    expect(spec({ id: 'k', provider: 'kubernetes', partitions: [{ id: 'p', property: [{ name: 'cluster', value: 'k-1' }, { name: 'extra', value: '1' }] }] })).toEqual({
      provider: 'kubernetes', partitions: [{ name: 'p', cluster: 'k-1', properties: { extra: '1' } }],
    });
    expect(spec(given.kubernetesCluster)).toEqual({
      server: 'http://10.0.0.1:6443', portRange: { lower: 30_000, upper: 32_767 }, properties: { hosts: ['10.0.0.2'], 'payload_parameter.LOG_LEVEL': 'DEBUG' },
    });
  });

  it('of a tenant keeps its domain and leaves people out', () => {
    expect(values(given.tenant)).toEqual([{ apiVersion: 'stratos/v1', kind: 'Tenant', metadata: { name: 'acme-example-com' }, spec: { displayName: 'acme.example.com', active: true, domains: ['acme.example.com'] } }]);
    expect(told(given.tenant)).toEqual(['2:3 info not-carried', '6:19 info renamed']);
  });
});

describe('what has no old shape', () => {
  it.each([
    ['somebody else\'s list of partitions', { partitions: [1, 2] }],
    ['a package', { name: 'x', version: '1', dependencies: { y: '1' } }],
    ['a document of another system', { apiVersion: 'apps/v1', kind: 'Deployment', applicationId: 'x', components: { cartridges: [] } }],
    ['a user', { userName: 'ann', credential: 'x', role: 'admin' }],
    ['a list', [given.application]],
  ])('%s is left alone', (_name, value) => {
    const file = parsed(JSON.stringify(value));
    expect(file).toMatchObject({ documents: [], problems: [], unreadable: false });
    expect(file.ignored).toHaveLength(1);
  });

  it('but a mistyped key is seen for what it was meant to be', () => {
    const { loadThresholds, ...rest } = given.autoscalingPolicy;
    expect(told({ ...rest, loadTresholds: loadThresholds })).toEqual(['1:1 error missing-key', '3:3 warning unknown-key']);
    const { applicationId, ...nameless } = given.application;
    expect(parsed(JSON.stringify({ aplicationId: applicationId, ...nameless }))).toMatchObject({ documents: [], unreadable: true, problems: [{ code: 'missing-key' }, { code: 'unknown-key', message: 'the key "aplicationId" is not read here; did you mean "applicationId"?' }] });
  });
});
