/** One cluster: its layers laid over each other, its policies inherited from what stands around it, and where it may stand. */

import type { Update } from '../../../schemas/kinds/shared/components.generated.ts';
import type { Persistence, Resources, Volume } from '../../../schemas/kinds/shared/launch.generated.ts';
import { aliasPath } from '../../../schemas/ids.ts';
import type { AutoscalingPolicy, DesiredCartridge, DesiredCluster, Maintenance, UpdateStrategy } from '../../model/desired.ts';
import { volumeFindings } from '../parse/rules/components.ts';
import { linkArtifact } from './artifact.ts';
import type { Finder, Found } from './finder.ts';
import { portsOf, timeoutsOf } from './launch.ts';
import { below, merged, nearestOf, originOf, type Layer, type Layers } from './layers.ts';
import type { Memo } from './memo.ts';
import { linkImports, linkLoadBalancer, type Scopes } from './neighbours.ts';
import type { ClusterNode } from './outline.ts';
import { linkPlacements, type AttachedPolicy } from './placement.ts';

/** What holds for all below a component, unless something nearer says otherwise. */
export interface Inherited {
  readonly update: Layers<Update>;
  readonly autoscalingPolicy: Layer<string> | null;
  readonly deploymentPolicy: { readonly layer: Layer<string>; readonly depth: number } | null;
}

export function linkCluster(node: ClusterNode, inherited: Inherited, scopes: Scopes, maintenance: Maintenance | null, memo: Memo, finder: Finder): { cluster: DesiredCluster; attached: AttachedPolicy | null } {
  const { min, max } = range(node, finder);
  const repository = nearestOf(node.layers, 'artifactRepository');
  const attached = attachedPolicy(node, inherited, finder);
  const resources = Object.fromEntries([...merged(below(node.layers, 'resources') as Layers<Record<string, unknown>>)].map(([key, { value }]) => [key, value])) as Resources;
  const toPlace = { cartridge: node.cartridge, resources, needsArtifact: repository !== undefined, place: node.place };
  refuseUnfinishedVolumes(node, finder);
  const cluster: DesiredCluster = {
    alias: node.alias,
    path: aliasPath(node.path),
    // How many is what most decisions rest on: the layer that says it is where a person has to look.
    origin: originOf(node.layers.find(({ value }) => value.min !== undefined) ?? node.place),
    cartridge: memo.of([node.cartridge.entry], 'cartridge', () => desiredCartridge(node.cartridge)),
    min, max,
    placements: attached === null ? new Map() : linkPlacements(attached, toPlace, memo, finder),
    artifact: repository === undefined ? null : linkArtifact(repository, finder),
    update: updateStrategy([...below(node.layers, 'update'), ...inherited.update], node, finder),
    loadBalancer: linkLoadBalancer(node, scopes, finder),
    imports: linkImports(node, scopes, finder),
    environment: environmentOf(node),
    autoscaling: linkAutoscaling(node, inherited, memo, finder),
    maintenance,
  };
  return { cluster, attached };
}

function range(node: ClusterNode, finder: Finder): { min: number; max: number } {
  const lower = nearestOf(node.layers, 'min');
  const upper = nearestOf(node.layers, 'max');
  const min = lower?.value ?? (upper === undefined ? 1 : Math.min(1, upper.value));
  const max = upper?.value ?? min;
  if (min > max) finder.error(lower ?? node.place, 'range-reversed', `the minimum ${min} of ${node.path.join('/')} is above its maximum ${max}, which ${upper?.entry.kind} ${JSON.stringify(upper?.entry.name)} sets`);
  return { min, max };
}

function attachedPolicy(node: ClusterNode, inherited: Inherited, finder: Finder): AttachedPolicy | null {
  const own = nearestOf(node.layers, 'deploymentPolicy');
  const nearest = own === undefined ? inherited.deploymentPolicy : { layer: own, depth: node.path.length };
  if (nearest === null) {
    finder.error(node.place, 'no-deployment-policy', `${node.path.join('/')} has no deployment policy: neither it nor anything around it names one`);
    return null;
  }
  const policy = finder.find('DeploymentPolicy', nearest.layer.value, nearest.layer);
  return policy === null ? null : { policy, below: node.path.slice(nearest.depth) };
}

function updateStrategy(layers: Layers<Update>, node: ClusterNode, finder: Finder): UpdateStrategy {
  const timeouts = timeoutsOf(node.cartridge.value);
  const milliseconds = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);
  const strategy: UpdateStrategy = {
    strategy: nearestOf(layers, 'strategy')?.value ?? 'rolling',
    maxUnavailable: nearestOf(layers, 'maxUnavailable')?.value ?? 1,
    maxSurge: nearestOf(layers, 'maxSurge')?.value ?? 1,
    drainTimeoutMs: milliseconds(nearestOf(layers, 'drainTimeoutSeconds')?.value) ?? timeouts.drainMs,
    extensionTimeoutMs: milliseconds(nearestOf(layers, 'extensionTimeoutSeconds')?.value) ?? timeouts.extensionMs,
  };
  if (strategy.maxUnavailable === 0 && strategy.maxSurge === 0) {
    finder.error(nearestOf(layers, 'maxUnavailable') ?? node.place, 'update-cannot-move', `with maxUnavailable 0 and maxSurge 0 no member of ${node.path.join('/')} could ever be replaced; one of them has to be at least 1`);
  }
  return strategy;
}

function environmentOf(node: ClusterNode): ReadonlyMap<string, string> {
  const own = [...merged<string | number | boolean>(below(node.layers, 'environment'))].map(([name, { value }]): [string, string] => [name, String(value)]);
  const fromCartridge = Object.entries(node.cartridge.value.spec.environment ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return new Map([...fromCartridge, ...own]);
}

function linkAutoscaling(node: ClusterNode, inherited: Inherited, memo: Memo, finder: Finder): AutoscalingPolicy | null {
  const named = nearestOf(node.layers, 'autoscalingPolicy') ?? inherited.autoscalingPolicy;
  if (named === null) return null;
  const policy = finder.find('AutoscalingPolicy', named.value, named);
  return policy === null ? null : memo.of([policy.entry], 'autoscaling', () => desiredAutoscaling(policy));
}

function desiredAutoscaling({ entry, value: { metadata, spec } }: Found<'AutoscalingPolicy'>): AutoscalingPolicy {
  const thresholds = Object.fromEntries(Object.entries(spec.loadThresholds).flatMap(([factor, threshold]) => (threshold === undefined ? [] : [[factor, threshold]])));
  return { name: metadata.name, thresholds, basis: spec.basis ?? 'current', origin: originOf({ entry, pointer: '/spec' }) };
}

function desiredCartridge({ entry, value }: Found<'Cartridge'>): DesiredCartridge {
  return {
    name: value.metadata.name, category: value.spec.category, ports: portsOf(value), metadataKeys: value.spec.metadataKeys ?? [],
    startTimeoutMs: timeoutsOf(value).startMs, origin: originOf({ entry, pointer: '' }),
  };
}

/** A reference may add a volume, or change one of the cartridge's; together they have to say enough. */
function refuseUnfinishedVolumes(node: ClusterNode, finder: Finder): void {
  const written = below(node.layers, 'persistence');
  const place = written[0];
  if (place === undefined) return;
  const volumes: Record<string, Volume> = { ...node.cartridge.value.spec.persistence?.volumes };
  for (const { value } of written.toReversed()) {
    for (const [name, volume] of Object.entries(value.volumes)) volumes[name] = { ...volumes[name], ...volume };
  }
  const whole: Persistence = { volumes };
  for (const finding of volumeFindings(whole, place.pointer)) finder.error({ entry: place.entry, pointer: finding.pointer }, finding.code, finding.message);
}
