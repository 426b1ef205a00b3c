/** Where the members of one cluster may stand: its deployment policy, what that says for its alias path, and how to launch there. */

import type { DeploymentPolicyNetworkPartitions, DeploymentPolicyPlacement } from '../../../schemas/kinds/deployment-policy/generated.ts';
import type { KubernetesCluster } from '../../../schemas/kinds/kubernetes-cluster/generated.ts';
import type { NetworkPartition } from '../../../schemas/kinds/network-partition/generated.ts';
import type { Resources } from '../../../schemas/kinds/shared/launch.generated.ts';
import { networkPartitionName, partitionId, providerName, type NetworkPartitionName } from '../../../schemas/ids.ts';
import type { DesiredPartition, Placement } from '../../model/desired.ts';
import { pointerOf } from '../parse/pointer.ts';
import type { Finder, Found, Place } from './finder.ts';
import { launchSettings } from './launch.ts';
import { originOf } from './layers.ts';
import type { Memo } from './memo.ts';

/** A deployment policy and the aliases from where it is attached down to the cluster. */
export interface AttachedPolicy {
  readonly policy: Found<'DeploymentPolicy'>;
  readonly below: readonly string[];
}

export interface ToPlace {
  readonly cartridge: Found<'Cartridge'>;
  readonly resources: Resources;
  readonly needsArtifact: boolean;
  /** Where the cluster is defined: there, what it cannot be launched with is reported. */
  readonly place: Place;
}

/** What a policy says for a cluster: the child policy with the longest alias path that leads to it, else its own list. */
export function chosenNetworkPartitions({ policy, below }: AttachedPolicy): { value: DeploymentPolicyNetworkPartitions; place: Place } {
  const children = policy.value.spec.childPolicies ?? {};
  for (let length = below.length; length > 0; length--) {
    const path = below.slice(0, length).join('/');
    const child = Object.hasOwn(children, path) ? children[path] : undefined;
    if (child !== undefined) return { value: child.networkPartitions, place: { entry: policy.entry, pointer: `/spec/childPolicies${pointerOf([path])}/networkPartitions` } };
  }
  return { value: policy.value.spec.networkPartitions, place: { entry: policy.entry, pointer: '/spec/networkPartitions' } };
}

export function linkPlacements(attached: AttachedPolicy, cluster: ToPlace, memo: Memo, finder: Finder): Map<NetworkPartitionName, Placement> {
  const chosen = chosenNetworkPartitions(attached);
  const placements = new Map<NetworkPartitionName, Placement>();
  for (const [name, written] of Object.entries(chosen.value)) {
    const place = { entry: chosen.place.entry, pointer: `${chosen.place.pointer}/${name}` };
    const networkPartition = finder.find('NetworkPartition', name, place);
    if (networkPartition === null || !mayUse(name, place, finder)) continue;
    const kubernetesClusters = kubernetesClustersOf(written, networkPartition, finder);
    if (kubernetesClusters === null) continue;
    const { resources, needsArtifact, cartridge } = cluster;
    const { partitions, lacks } = memo.of([written, networkPartition.value, cartridge.value, ...kubernetesClusters.values()], `partitions ${needsArtifact} ${resources.cpu} ${resources.memory}`,
      () => linkPartitions(written, networkPartition.value, cluster, kubernetesClusters));
    for (const lack of lacks) finder.error(cluster.place, 'cannot-launch', lack);
    placements.set(networkPartitionName(name), { algorithm: written.algorithm ?? 'one-after-another', partitions, origin: originOf(place) });
  }
  return placements;
}

function linkPartitions(written: DeploymentPolicyPlacement, { metadata, spec }: NetworkPartition, cluster: ToPlace, kubernetesClusters: ReadonlyMap<string, KubernetesCluster>): { partitions: DesiredPartition[]; lacks: string[] } {
  const reason = metadata.annotations?.['stratos/cordoned'];
  const partitions: DesiredPartition[] = [];
  const lacks: string[] = [];
  for (const { name, max } of written.partitions) {
    const partition = spec.partitions.find((each) => each.name === name);
    // Reported with the policy itself.
    if (partition === undefined) continue;
    const launch = launchSettings({
      cartridge: cluster.cartridge.value, networkPartition: { metadata, spec }, partition, kubernetesCluster: kubernetesClusters.get(partition.cluster ?? '') ?? null,
      resources: cluster.resources, needsArtifact: cluster.needsArtifact,
    });
    if ('lacks' in launch) lacks.push(`${launch.lacks}, which partition ${JSON.stringify(name)} of network partition ${JSON.stringify(metadata.name)} needs`);
    else {
      partitions.push({
        id: partitionId({ networkPartition: networkPartitionName(metadata.name), partition: name }), provider: providerName(spec.provider), max,
        cordoned: reason === undefined ? null : { reason }, launch: launch.settings, launchDigest: launch.digest,
      });
    }
  }
  return { partitions, lacks };
}

/** By name; null when one of them is missing or broken. */
function kubernetesClustersOf(written: DeploymentPolicyPlacement, { entry, value }: Found<'NetworkPartition'>, finder: Finder): Map<string, KubernetesCluster> | null {
  const result = new Map<string, KubernetesCluster>();
  for (const [index, { name, cluster }] of value.spec.partitions.entries()) {
    if (cluster === undefined || !written.partitions.some((each) => each.name === name)) continue;
    const found = finder.find('KubernetesCluster', cluster, { entry, pointer: `/spec/partitions/${index}/cluster` });
    if (found === null) return null;
    result.set(cluster, found.value);
  }
  return result;
}

function mayUse(networkPartition: string, place: Place, finder: Finder): boolean {
  const tenant = finder.look('Tenant', finder.tenant, finder.platformTenant);
  const allowed = tenant === null || tenant === 'broken' ? undefined : tenant.value.spec.networkPartitions;
  if (allowed === undefined || allowed.includes(networkPartition)) return true;
  finder.error(place, 'network-partition-not-allowed', `the tenant ${JSON.stringify(finder.tenant)} may not use the network partition ${JSON.stringify(networkPartition)}; it may use ${allowed.join(', ') || 'none'}`);
  return false;
}
