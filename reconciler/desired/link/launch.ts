/**
 * What a provider is told to start in one partition: properties of the network partition, under those of the Kubernetes
 * cluster and of the partition, under the cartridge's section for the provider, whose values are resolved for the region.
 */

import type { Cartridge } from '../../../schemas/kinds/cartridge/generated.ts';
import type { KubernetesCluster } from '../../../schemas/kinds/kubernetes-cluster/generated.ts';
import type { NetworkPartition, NetworkPartitionPartition } from '../../../schemas/kinds/network-partition/generated.ts';
import type { Resources } from '../../../schemas/kinds/shared/launch.generated.ts';
import { digestOf } from '../../../schemas/digest.ts';
import type { Digest } from '../../../schemas/ids.ts';
import type { DesiredCartridge, LaunchSettings } from '../../model/desired.ts';
import { bytes, durationMs } from './amounts.ts';

export interface LaunchInput {
  readonly cartridge: Cartridge;
  readonly networkPartition: Pick<NetworkPartition, 'metadata' | 'spec'>;
  readonly partition: NetworkPartitionPartition;
  readonly kubernetesCluster: KubernetesCluster | null;
  /** What the reference says in place of the cartridge, key by key. */
  readonly resources: Resources;
  readonly needsArtifact: boolean;
}

export type LaunchResult =
  | { readonly settings: LaunchSettings; readonly digest: Digest }
  /** What the cartridge lacks, in words. */
  | { readonly lacks: string };

/** Providers that start members without being told what: they only pretend. */
const needNoSection: ReadonlySet<string> = new Set(['simulated']);

const secondsByDefault = { start: 120, drain: 10, extension: 60 } as const;

export function launchSettings(input: LaunchInput): LaunchResult {
  const { spec, metadata } = input.cartridge;
  const { provider } = input.networkPartition.spec;
  const section = sectionOf(input.cartridge, provider, input.partition.region);
  if ('lacks' in section) return section;
  const { image, properties } = section;
  const settings: LaunchSettings = {
    cartridge: metadata.name,
    category: spec.category,
    image,
    properties: {
      ...input.networkPartition.spec.properties, ...input.kubernetesCluster?.spec.properties, ...input.partition.properties,
      ...(input.partition.cluster === undefined ? {} : { cluster: input.partition.cluster }),
      ...(input.partition.namespace === undefined ? {} : { namespace: input.partition.namespace }),
      ...properties,
    },
    region: input.partition.region ?? null,
    zone: input.partition.zone ?? null,
    ports: portsOf(input.cartridge),
    baseDir: spec.deployment?.baseDir ?? null,
    extensions: Object.fromEntries(Object.entries(spec.extensions ?? {}).flatMap(([event, program]) => (program === undefined ? [] : [[event, program]]))),
    health: healthOf(input.cartridge),
    timeouts: timeoutsOf(input.cartridge),
    resources: resourcesOf({ ...spec.resources, ...input.resources }),
    metadataKeys: spec.metadataKeys ?? [],
    needsArtifact: input.needsArtifact,
  };
  return { settings, digest: digestOf(settings) };
}

interface Section {
  readonly image: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

function sectionOf({ spec, metadata }: Cartridge, provider: string, region: string | undefined): Section | { lacks: string } {
  if (!Object.hasOwn(spec.iaasProvider, provider)) {
    if (needNoSection.has(provider)) return { image: null, properties: {} };
    return { lacks: `the cartridge ${JSON.stringify(metadata.name)} has no iaasProvider section for the provider ${JSON.stringify(provider)}` };
  }
  const section = spec.iaasProvider[provider] ?? {};
  if (provider === 'local') {
    const { image, ...properties } = section as { image?: unknown };
    return { image: String(image), properties };
  }
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(section)) {
    const resolved = forRegion(value, region);
    if (resolved === undefined) {
      const place = region === undefined ? 'a partition without a region' : `the region ${JSON.stringify(region)}`;
      return { lacks: `${name} of the cartridge ${JSON.stringify(metadata.name)} has no value for ${place}` };
    }
    properties[name] = resolved;
  }
  const { imageId, ...rest } = properties;
  return { image: imageId === undefined ? null : String(imageId), properties: rest };
}

/** A set of keys is keyed by region, unless it is a reference to a secret. */
function forRegion(value: unknown, region: string | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isSecretReference(value)) return value;
  const byRegion = value as Readonly<Record<string, unknown>>;
  if (region !== undefined && Object.hasOwn(byRegion, region)) return byRegion[region];
  return Object.hasOwn(byRegion, 'default') ? byRegion['default'] : undefined;
}

function isSecretReference(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === 'secret' && typeof (value as { secret: unknown }).secret === 'string';
}

export function portsOf({ spec }: Cartridge): DesiredCartridge['ports'] {
  return Object.entries(spec.portMapping ?? {}).map(([name, { protocol, port, proxyPort }]) => ({ name, protocol, port, proxyPort: proxyPort ?? null }));
}

export function timeoutsOf({ spec }: Cartridge): LaunchSettings['timeouts'] {
  const ms = (name: keyof typeof secondsByDefault): number => {
    const written = spec.timeouts?.[name];
    return written === undefined ? secondsByDefault[name] * 1000 : durationMs(written);
  };
  return { startMs: ms('start'), drainMs: ms('drain'), extensionMs: ms('extension') };
}

function healthOf({ spec }: Cartridge): LaunchSettings['health'] {
  if (spec.health === undefined) return null;
  const { port, path, every, failures } = spec.health;
  return { port, path: path ?? null, everyMs: durationMs(every ?? '5s'), failures: failures ?? 3 };
}

function resourcesOf({ cpu, memory }: Resources): LaunchSettings['resources'] {
  return { cpu: cpu ?? null, memoryBytes: memory === undefined ? null : bytes(memory) };
}
