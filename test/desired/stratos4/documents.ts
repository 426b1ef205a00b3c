/** One small old document of every kind, all of them right and fitting together. */

export const application = {
  applicationId: 'shop', alias: 'shop',
  components: {
    groups: [{
      name: 'pair', alias: 'my-pair', groupMinInstances: 1, groupMaxInstances: 2, deploymentPolicy: 'everywhere',
      cartridges: [
        { type: 'php', cartridgeMin: 1, cartridgeMax: 3, subscribableInfo: { alias: 'my-php', autoscalingPolicy: 'calm' } },
        { type: 'mysql', cartridgeMin: 1, cartridgeMax: 1, subscribableInfo: { alias: 'my-mysql', autoscalingPolicy: 'calm' } },
      ],
    }],
    cartridges: [{
      type: 'php', cartridgeMin: '2', cartridgeMax: '4',
      subscribableInfo: {
        alias: 'front', autoscalingPolicy: 'calm', deploymentPolicy: 'everywhere',
        artifactRepository: { privateRepo: 'false', repoUrl: 'https://git.example.com/front.git', repoUsername: '', repoPassword: '' },
      },
    }],
    dependencies: {
      startupOrders: [{ aliases: ['group.my-pair', 'cartridge.front'] }],
      scalingDependents: [{ aliases: ['group.my-pair, cartridge.front'] }],
      terminationBehaviour: 'terminate-dependents',
    },
  },
};

export const group = {
  name: 'pair', cartridges: ['php', 'mysql'],
  dependencies: { startupOrders: [{ aliases: ['cartridge.my-mysql', 'cartridge.my-php'] }], terminationBehaviour: 'terminate-all' },
};

export const cartridge = {
  type: 'php', category: 'framework', provider: 'apache', host: 'php.example.com', displayName: 'PHP', description: 'PHP cartridge', version: '7', multiTenant: 'false',
  portMapping: [{ protocol: 'http', port: '80', proxyPort: '8280' }], deployment: {}, metadataKeys: ['url'],
  iaasProvider: [{ type: 'mock', imageId: 'RegionOne/image', property: [{ name: 'instanceType', value: 'small' }] }],
};

export const mysql = { ...cartridge, type: 'mysql', category: 'Data' };

export const autoscalingPolicy = { id: 'calm', loadThresholds: { requestsInFlight: { threshold: 20 }, memoryConsumption: { threshold: '70' }, loadAverage: { threshold: 70 } } };

export const deploymentPolicy = {
  id: 'everywhere', networkPartitions: [{ id: 'np-1', partitionAlgo: 'one-after-another', partitions: [{ id: 'p1', partitionMax: '5' }, { id: 'p2', partitionMax: 5 }] }],
};

export const applicationPolicy = { id: 'at-home', algorithm: 'one-after-another', networkPartitions: ['np-1'], properties: [] };

export const networkPartition = {
  id: 'np-1', provider: 'mock',
  partitions: [{ id: 'p1', property: [{ name: 'region', value: 'default' }] }, { id: 'p2', property: [{ name: 'region', value: 'default' }, { name: 'zone', value: 'z' }] }],
};

export const kubernetesCluster = {
  clusterId: 'k-1', description: 'one',
  kubernetesMaster: { hostId: 'master', hostname: 'master.example.com', privateIPAddress: '10.0.0.1', publicIPAddress: '10.0.0.1', property: [{ name: 'KUBERNETES_MASTER_PORT', value: '6443' }] },
  kubernetesHosts: [{ hostId: 'minion', privateIPAddress: '10.0.0.2' }],
  portRange: { upper: '32767', lower: '30000' },
  property: [{ name: 'payload_parameter.LOG_LEVEL', value: 'DEBUG' }],
};

export const tenant = { admin: 'ann', firstName: 'Ann', lastName: 'A', adminPassword: '', tenantDomain: 'acme.example.com', email: 'ann@example.com', active: 'true' };

export const signUp = { artifactRepositories: [{ alias: 'my-php', privateRepo: false, repoUrl: 'https://git.example.com/theirs.git' }] };

export const domainMappings = { domainMappings: [{ cartridgeAlias: 'front', domainName: 'shop.example.com', contextPath: 'store' }] };

/** All that the application needs, as files, and what deploys it. */
export const world: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['applications/shop/application.json', application], ['groups/pair.json', group], ['cartridges/php.json', cartridge], ['cartridges/mysql.json', mysql],
  ['policies/scaling.json', autoscalingPolicy], ['policies/placing.json', deploymentPolicy], ['policies/application.json', applicationPolicy], ['places/np-1.json', networkPartition],
]);

/** The same files with some of them replaced, added or, with undefined, taken out; as texts. */
export function worldWith(changes: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> {
  const files = new Map([...world, ...Object.entries(changes)]);
  return new Map([...files].filter(([, value]) => value !== undefined).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]));
}

/** The old `deploy` call as a file. */
export const deployment = 'apiVersion: stratos/v1\nkind: ApplicationDeployment\nmetadata: {name: shop}\nspec: {application: shop, applicationPolicy: at-home}\n';
