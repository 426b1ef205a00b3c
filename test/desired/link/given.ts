/** Texts → what linking starts from, and short looks at what it gives. */

import { sourceName, tenantName } from '../../../schemas/ids.ts';
import { parseFile } from '../../../reconciler/desired/parse/file.ts';
import { positionOf } from '../../../reconciler/desired/parse/position.ts';
import { nothingRemembered, type LinkInput, type LinkSource } from '../../../reconciler/desired/link/input.ts';
import type { LinkState } from '../../../reconciler/desired/link/link.ts';
import type { ParsedFile } from '../../../reconciler/desired/parse/parsed.ts';
import type { DesiredApplication, DesiredCluster, DesiredComponent } from '../../../reconciler/model/desired.ts';
import type { Problem } from '../../../reconciler/model/problem.ts';

const parsed = new Map<string, ParsedFile>();

/** The same text gives the same object, as the cache by blob id does. */
export function file(text: string): ParsedFile {
  const known = parsed.get(text) ?? parseFile(new TextEncoder().encode(text));
  parsed.set(text, known);
  return known;
}

export type Texts = Readonly<Record<string, string>>;

export function source(texts: Texts, more: Partial<LinkSource> = {}): LinkSource {
  return {
    name: sourceName('definitions'), scope: 'platform', tenant: tenantName('default'), revision: 'r1', unreadable: new Map(), removalsHeldBy: null,
    files: new Map(Object.entries(texts).map(([path, text]) => [path, file(text)])), ...more,
  };
}

export function tenantSource(tenant: string, texts: Texts): LinkSource {
  return source(texts, { name: sourceName(tenant), scope: 'tenant', tenant: tenantName(tenant) });
}

export function given(...sources: readonly LinkSource[]): LinkInput {
  return { platformTenant: tenantName('default'), sources, lastGood: nothingRemembered };
}

export function application(state: LinkState, id = 'default/shop'): DesiredApplication {
  const found = [...state.desired.applications.values()].find((each) => each.id === id);
  if (found === undefined) throw new Error(`no application ${id}: ${told(state).join('\n')}`);
  return found;
}

export function clusters(component: DesiredComponent): DesiredCluster[] {
  return [...component.clusters, ...component.groups.flatMap(clusters)];
}

export function cluster(state: LinkState, path: string, id = 'default/shop'): DesiredCluster {
  const found = clusters(application(state, id).root).find((each) => each.path === path);
  if (found === undefined) throw new Error(`no cluster ${path}`);
  return found;
}

/** `code: message` of every problem, warnings marked. */
export function told(state: { readonly problems: readonly Problem[] }): string[] {
  return state.problems.map(({ severity, code, message }) => `${severity === 'error' ? '' : `${severity} `}${code}: ${message}`);
}

/** `file:line:column code`, looked up from the texts as the platform does. */
export function places(state: LinkState, texts: Texts): string[] {
  return state.problems.map((problem) => {
    const position = problem.line === null ? positionOf(texts[problem.file] ?? '', 0, problem.pointer ?? '') : problem;
    return `${problem.file}:${position?.line}:${position?.column} ${problem.code}`;
  });
}

/** The platform of the examples, shortened: two network partitions, three cartridges, policies. */
export const platform: Texts = {
  'places.yaml': `
apiVersion: stratos/v1
kind: NetworkPartition
metadata: {name: local}
spec: {provider: local, properties: {rack: r1}, partitions: [{name: p1}, {name: p2, properties: {rack: r2}}]}
---
apiVersion: stratos/v1
kind: NetworkPartition
metadata: {name: west}
spec:
  provider: ec2
  properties: {keyPair: ops, subnet: none}
  partitions:
    - {name: w1, region: us-west-1, zone: us-west-1a}
    - {name: w2, region: us-west-2, properties: {subnet: s2}}
`,
  'cartridges.yaml': `
apiVersion: stratos/v1
kind: Cartridge
metadata: {name: node-http}
spec:
  category: framework
  portMapping: {http: {protocol: http, port: 8080, proxyPort: 80}}
  extensions: {start: bin/start}
  health: {port: http, path: /healthz, every: 1m}
  timeouts: {start: 1m30s, drain: 5s}
  metadataKeys: [url]
  environment: {LOG: warn, PLACE: here}
  resources: {cpu: 0.5, memory: 256Mi}
  iaasProvider:
    local: {image: node-http, command: [node, server.js]}
    ec2: {instanceType: t3.small, keyPair: mine, imageId: {us-west-1: ami-1, us-west-2: ami-2}, userData: {secret: boot}}
---
apiVersion: stratos/v1
kind: Cartridge
metadata: {name: store}
spec: {category: data, metadataKeys: [url], iaasProvider: {local: {image: store}}}
---
apiVersion: stratos/v1
kind: Cartridge
metadata: {name: proxy}
spec: {category: load-balancer, portMapping: {http: {protocol: http, port: 80}}, iaasProvider: {local: {image: proxy}, ec2: {imageId: {default: ami-p}}}}
`,
  'policies.yaml': `
apiVersion: stratos/v1
kind: DeploymentPolicy
metadata: {name: two}
spec:
  networkPartitions:
    local: {algorithm: round-robin, partitions: [{name: p1, max: 4}, {name: p2, max: 4}]}
    west: {partitions: [{name: w1, max: 10}, {name: w2, max: 10}]}
  childPolicies:
    tiers/store: {networkPartitions: {local: {partitions: [{name: p2, max: 1}]}}}
---
apiVersion: stratos/v1
kind: DeploymentPolicy
metadata: {name: home}
spec: {networkPartitions: {local: {partitions: [{name: p1, max: 100}]}}}
---
apiVersion: stratos/v1
kind: ApplicationPolicy
metadata: {name: home-then-west}
spec: {networkPartitionGroups: [[local], [west]]}
---
apiVersion: stratos/v1
kind: AutoscalingPolicy
metadata: {name: traffic}
spec: {loadThresholds: {requestsInFlight: 20}}
---
apiVersion: stratos/v1
kind: AutoscalingPolicy
metadata: {name: calm}
spec: {basis: minimum, loadThresholds: {loadAverage: 60}}
`,
  'group.yaml': `
apiVersion: stratos/v1
kind: CartridgeGroup
metadata: {name: shop-tiers}
spec:
  cartridges:
    store: {}
    api: {type: node-http, min: 2, max: 8, imports: {STORE_URL: store.url}}
    web: {type: node-http, min: 1, max: 4, imports: {API_URL: api.url}, loadBalancer: lb, environment: {LOG: debug, A: 1}}
    lb: {type: proxy, autoscalingPolicy: calm}
  dependencies:
    startupOrders: [[store, api, web, lb]]
    scalingDependants: [[api, web]]
    terminationBehaviour: terminate-dependents
`,
};

export const shop = `apiVersion: stratos/v1
kind: Application
metadata: {name: shop}
spec:
  applicationPolicy: home-then-west
  deploymentPolicy: two
  autoscalingPolicy: traffic
  update: {maxSurge: 2, drainTimeoutSeconds: 7}
  components:
    groups:
      tiers:
        type: shop-tiers
        min: 1
        max: 2
        cartridges:
          web: {artifactRepository: {url: artifacts/web.git}, update: {maxUnavailable: 3}, environment: {A: 2}}
  maintenance:
    tiers/api: {members: 5, until: 2026-12-01T06:00:00Z, reason: load test}
`;

export const all: Texts = { ...platform, 'shop.yaml': shop };
