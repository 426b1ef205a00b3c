/** Definitions of many applications that share their cartridges and policies, as a company's repository would hold them. */

const cartridgeCount = 20;
const policyCount = 10;

/** Path → text. `count` files in all; the shared ones are the first 32. */
export function definitionFiles(count: number): ReadonlyMap<string, string> {
  const files = new Map<string, string>([['platform/network.yaml', networkPartition], ['platform/home.yaml', applicationPolicy]]);
  for (let index = 0; index < cartridgeCount; index += 1) files.set(`cartridges/kind-${index}.yaml`, cartridge(index));
  for (let index = 0; index < policyCount; index += 1) files.set(policyPath(index), deploymentPolicy(index, 8));
  for (let index = 0; files.size < count; index += 1) files.set(applicationPath(index), applicationText(index, 1));
  return files;
}

export const applicationPath = (index: number): string => `applications/${String(Math.floor(index / 100)).padStart(3, '0')}/${applicationName(index)}.yaml`;
export const applicationName = (index: number): string => `app-${String(index).padStart(5, '0')}`;
export const policyPath = (index: number): string => `policies/spread-${index}.yaml`;

const networkPartition = `apiVersion: stratos/v1
kind: NetworkPartition
metadata: {name: local}
spec:
  provider: local
  partitions:
    - {name: left}
    - {name: right}
`;

const applicationPolicy = `apiVersion: stratos/v1
kind: ApplicationPolicy
metadata: {name: home}
spec:
  algorithm: one-after-another
  networkPartitionGroups: [[local]]
`;

function cartridge(index: number): string {
  return `# What can run: the image is the software, the code comes from an artifact repository.
apiVersion: stratos/v1
kind: Cartridge
metadata: {name: kind-${index}}
spec:
  category: ${index === 0 ? 'load-balancer' : index < 4 ? 'data' : 'framework'}
  portMapping:
    http: {protocol: http, port: ${8080 + index}}
  health: {port: http, path: /healthz, every: 1s, failures: 3}
  timeouts: {start: 30s, drain: 10s}
  metadataKeys: [url]
  extensions: {start: bin/start}
  iaasProvider:
    local: {image: node}
`;
}

/** `most` members of one cluster in each partition. */
export function deploymentPolicy(index: number, most: number): string {
  return `apiVersion: stratos/v1
kind: DeploymentPolicy
metadata: {name: spread-${index}}
spec:
  networkPartitions:
    local:
      algorithm: ${index % 2 === 0 ? 'round-robin' : 'one-after-another'}
      partitions:
        - {name: left, max: ${most}}
        - {name: right, max: ${most}}
`;
}

/** Four tiers behind a balancer; `webMembers` is what a commit changes. */
export function applicationText(index: number, webMembers: number): string {
  const name = applicationName(index);
  const cluster = (alias: string, kind: number, more: string): string => `          ${alias}:
            type: kind-${kind}
            artifactRepository: {url: artifacts/${name}-${alias}.git, branch: main}
${more}`;
  return `# Application ${index}.
apiVersion: stratos/v1
kind: Application
metadata: {name: ${name}, labels: {team: team-${index % 40}}}
spec:
  applicationPolicy: home
  deploymentPolicy: spread-${index % policyCount}
  update: {strategy: rolling, maxUnavailable: 1, maxSurge: 1}
  components:
    groups:
      tiers:
        cartridges:
${cluster('store', 1 + (index % 3), '')}${cluster('api', 4 + (index % 8), '            max: 4\n            imports: {STORE_URL: store.url}\n')}${cluster('web', 12 + (index % 8), `            min: ${webMembers}\n            max: 8\n            imports: {API_URL: api.url}\n            loadBalancer: lb\n`)}${cluster('lb', 0, '')}        dependencies:
          startupOrders: [[store, api, web, lb]]
          terminationBehaviour: terminate-none
`;
}
