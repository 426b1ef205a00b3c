/** Small worlds for the planner's tests: an application in a few words, and an observed world that obeys. */

import { digestOf } from '../../schemas/digest.ts';
import {
  aliasPath, applicationId, networkPartitionName, objectId, partitionId, providerName, repositoryId, sourceName, tenantName,
} from '../../schemas/ids.ts';
import type { DesiredApplication, DesiredCluster, DesiredPartition, LaunchSettings, UpdateStrategy } from '../../reconciler/model/desired.ts';
import { emptyMemory } from '../../reconciler/model/memory.ts';
import type { BundleRef, Observed } from '../../reconciler/model/observed.ts';
import type { Origin } from '../../reconciler/model/problem.ts';
import type { PlanInput } from '../../reconciler/plan/situation.ts';

export const local = networkPartitionName('local');
export const tenant = tenantName('default');
export const origin: Origin = { source: sourceName('definitions'), revision: 'c'.repeat(40), path: 'shop.yaml', document: 0, pointer: '/spec' };

export interface ClusterWords {
  readonly min?: number;
  readonly max?: number;
  readonly after?: readonly string[];
  readonly artifact?: boolean;
  readonly loadBalancer?: string;
  readonly imports?: Readonly<Record<string, string>>;
  readonly algorithm?: 'round-robin' | 'one-after-another';
  readonly partitions?: Readonly<Record<string, number>>;
  readonly image?: string;
  readonly update?: Partial<UpdateStrategy>;
}

export function application(name: string, clusters: Readonly<Record<string, ClusterWords>>, more: Partial<DesiredApplication> = {}): DesiredApplication {
  const startsAfter = new Map(Object.entries(clusters).map(([alias, words]) => [alias, words.after ?? []]));
  return {
    id: applicationId({ tenant, name }), tenant, name, origin, digest: digestOf(clusters), ownDigest: digestOf(clusters),
    deployed: true, paused: null, cordoned: null, heldBy: [],
    placement: { algorithm: 'one-after-another', networkPartitionGroups: [[local]], origin },
    root: {
      path: aliasPath([]), groups: [],
      clusters: Object.entries(clusters).map(([alias, words]) => cluster(alias, words)),
      dependencies: { startsAfter, scalingDependents: [], terminationBehaviour: 'terminate-none', origin },
    },
    ...more,
  };
}

function cluster(alias: string, words: ClusterWords): DesiredCluster {
  const min = words.min ?? 1;
  const partitions = Object.entries(words.partitions ?? { p1: 10, p2: 10 }).map(([name, max]) => partition(name, max, settings(alias, words)));
  return {
    alias, path: aliasPath([alias]), origin, min, max: words.max ?? Math.max(min, 10),
    cartridge: { name: alias, category: 'framework', ports: ports, metadataKeys: ['url'], startTimeoutMs: 120_000, origin },
    placements: new Map([[local, { algorithm: words.algorithm ?? 'round-robin', partitions, origin }]]),
    artifact: words.artifact
      ? { repository: repositoryId(`repository-${alias}`), tenant, url: `artifacts/${alias}.git`, reference: { kind: 'branch', name: 'main' }, path: '', secret: null, origin }
      : null,
    update: { strategy: 'rolling', maxUnavailable: 1, maxSurge: 1, drainTimeoutMs: 10_000, extensionTimeoutMs: 60_000, ...words.update },
    loadBalancer: words.loadBalancer ? aliasPath([words.loadBalancer]) : null,
    imports: new Map(Object.entries(words.imports ?? {}).map(([variable, from]) => [variable, { cluster: aliasPath([from]), key: 'url' }])),
    environment: new Map(), autoscaling: null, maintenance: null,
  };
}

const ports = [{ name: 'http', protocol: 'http', port: 8080, proxyPort: null }] as const;

function settings(alias: string, words: ClusterWords): LaunchSettings {
  return {
    cartridge: alias, category: 'framework', image: words.image ?? 'node', properties: {}, region: null, zone: null, ports, baseDir: null,
    extensions: { start: 'bin/start' }, health: null, timeouts: { startMs: 120_000, drainMs: 10_000, extensionMs: 60_000 },
    resources: { cpu: null, memoryBytes: null }, metadataKeys: ['url'], needsArtifact: words.artifact ?? false,
  };
}

function partition(name: string, max: number, launch: LaunchSettings): DesiredPartition {
  return { id: partitionId({ networkPartition: local, partition: name }), provider: providerName('local'), max, cordoned: null, launch, launchDigest: digestOf(launch) };
}

export const shop = (web: ClusterWords = {}): DesiredApplication => application('shop', {
  store: { artifact: true },
  api: { artifact: true, after: ['store'], imports: { STORE_URL: 'store' } },
  web: { artifact: true, after: ['api'], min: 2, imports: { API_URL: 'api' }, loadBalancer: 'lb', ...web },
  lb: { artifact: true, after: ['web'] },
});

export function bundle(text: string): BundleRef {
  const digest = digestOf(text);
  return { commit: objectId(digest.slice('sha256:'.length, 'sha256:'.length + 40)), digest, bytes: 100 };
}

export function observed(application: DesiredApplication, bundles: Readonly<Record<string, BundleRef>> = {}): Observed {
  return {
    nowMs: 1_000_000, epoch: 1, members: new Map(), offerings: new Map(), inFlight: new Set(), hearingSinceMs: 0,
    providers: new Map([[providerName('local'), { complete: true, asOfMs: 1_000_000 }]]),
    artifacts: new Map(application.root.clusters.flatMap((one) => {
      if (!one.artifact) return [];
      const held = bundles[one.alias] ?? bundle(`${one.alias} 1`);
      return [[one.artifact.repository, { head: { commit: held.commit, message: 'first' }, bundle: held, failure: null }] as const];
    })),
  };
}

export function input(application: DesiredApplication, more: Partial<PlanInput> = {}): PlanInput {
  return {
    id: application.id, revision: 'c'.repeat(40), application, withdrawn: false, removalsHeldBy: null, withdrawnTogether: [application.id],
    tenant: null, tenantMembersElsewhere: 0, approvals: new Map(), observed: observed(application), memory: emptyMemory, ...more,
  };
}
