/** Which network partitions an application uses, in which order: its application policy, or what all its deployment policies share. */

import { networkPartitionName, type DocumentRef, type NetworkPartitionName } from '../../../schemas/ids.ts';
import type { ApplicationPlacement, DesiredCluster } from '../../model/desired.ts';
import type { Building } from './component.ts';
import type { Finder, Found, Place } from './finder.ts';
import { originOf, type Layer } from './layers.ts';

/**
 * @param named the application policy, if the application or its deployment names one.
 * @param place the application, for what no document says.
 * @returns null after errors.
 */
export function linkApplicationPlacement(named: Layer<string> | undefined, place: Place, building: Building): ApplicationPlacement | null {
  const { finder, placed } = building;
  const policies = new Map(placed.map(({ attached }): [DocumentRef, Found<'DeploymentPolicy'>] => [attached.policy.entry.ref, attached.policy]));
  const placement = named === undefined ? shared([...policies.values()], place, finder) : fromPolicy(named, [...policies.values()], finder);
  if (placement === null) return null;
  for (const { cluster } of placed) refuseHomeless(cluster, placement, place, finder);
  return placement;
}

function fromPolicy(named: Layer<string>, policies: readonly Found<'DeploymentPolicy'>[], finder: Finder): ApplicationPlacement | null {
  const policy = finder.find('ApplicationPolicy', named.value, named);
  if (policy === null) return null;
  const { networkPartitionGroups, algorithm } = policy.value.spec;
  for (const { entry, value } of policies) {
    const missing = networkPartitionGroups.flat().filter((name) => !Object.hasOwn(value.spec.networkPartitions, name));
    if (missing.length === 0) continue;
    finder.error(named, 'network-partition-not-covered', `the application policy ${JSON.stringify(named.value)} uses ${missing.join(', ')}, which the deployment policy ${JSON.stringify(entry.name)} does not list`);
  }
  return {
    algorithm: algorithm ?? 'one-after-another',
    networkPartitionGroups: networkPartitionGroups.map((group) => group.map(networkPartitionName)),
    origin: originOf({ entry: policy.entry, pointer: '/spec' }),
  };
}

function shared(policies: readonly Found<'DeploymentPolicy'>[], place: Place, finder: Finder): ApplicationPlacement | null {
  const [first, ...rest] = policies;
  // Every cluster without a deployment policy has been reported already.
  if (first === undefined) return null;
  const names = Object.keys(first.value.spec.networkPartitions).filter((name) => rest.every(({ value }) => Object.hasOwn(value.spec.networkPartitions, name)));
  if (names.length === 0) {
    finder.error(place, 'no-shared-network-partition', `the deployment policies ${policies.map(({ entry }) => entry.name).join(', ')} share no network partition; name an application policy, or let them list one in common`);
    return null;
  }
  return { algorithm: 'one-after-another', networkPartitionGroups: names.map((name) => [networkPartitionName(name)]), origin: originOf({ entry: first.entry, pointer: '/spec/networkPartitions' }) };
}

/** Every cluster has to have a place where the application starts, and room for its minimum there. */
function refuseHomeless(cluster: DesiredCluster, placement: ApplicationPlacement, place: Place, finder: Finder): void {
  const home: readonly NetworkPartitionName[] = placement.algorithm === 'all-at-once' ? placement.networkPartitionGroups.flat() : (placement.networkPartitionGroups[0] ?? []);
  const placements = home.flatMap((name) => cluster.placements.get(name) ?? []);
  if (placements.length === 0) {
    // Without any placement, the reason has been reported already.
    if (cluster.placements.size > 0) finder.error(place, 'cluster-without-place', `${cluster.path} has no place at home: it may stand in ${[...cluster.placements.keys()].join(', ')}, the application starts in ${home.join(', ')}`);
    return;
  }
  for (const { partitions } of placements) {
    const room = partitions.reduce((sum, { max }) => sum + max, 0);
    if (finder.blockers.length === 0 && room < cluster.min) finder.warn(place, 'partitions-too-small', `${cluster.path} wants at least ${cluster.min} members, and its partitions hold ${room}`);
  }
}
