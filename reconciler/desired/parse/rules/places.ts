/** Rules on one network partition, deployment policy or application policy. */

import type { ApplicationPolicy } from '../../../../schemas/kinds/application-policy/generated.ts';
import type { DeploymentPolicy, DeploymentPolicyNetworkPartitions } from '../../../../schemas/kinds/deployment-policy/generated.ts';
import type { NetworkPartition } from '../../../../schemas/kinds/network-partition/generated.ts';
import type { Finding } from '../parsed.ts';

export function networkPartitionFindings({ spec }: NetworkPartition): Finding[] {
  return twice(spec.partitions.map(({ name }) => name), (index) => `/spec/partitions/${index}/name`, 'the network partition has');
}

export function placementFindings({ spec }: DeploymentPolicy): Finding[] {
  return [
    ...partitionsTwice(spec.networkPartitions, '/spec/networkPartitions'),
    ...Object.entries(spec.childPolicies ?? {}).flatMap(([path, child]) => partitionsTwice(child.networkPartitions, `/spec/childPolicies/${path.replaceAll('/', '~1')}/networkPartitions`)),
  ];
}

function partitionsTwice(networkPartitions: DeploymentPolicyNetworkPartitions, pointer: string): Finding[] {
  return Object.entries(networkPartitions).flatMap(([name, placement]) =>
    twice(placement.partitions.map((partition) => partition.name), (index) => `${pointer}/${name}/partitions/${index}/name`, 'the list has'));
}

/** A network partition is used at one stage: in two groups it would be both home and a place to burst to. */
export function applicationPolicyFindings({ spec }: ApplicationPolicy): Finding[] {
  const places = spec.networkPartitionGroups.flatMap((group, groupIndex) => group.map((name, index) => ({ name, pointer: `/spec/networkPartitionGroups/${groupIndex}/${index}` })));
  return twice(places.map(({ name }) => name), (index) => places[index]?.pointer ?? '', 'the policy has');
}

function twice(names: readonly string[], pointerAt: (index: number) => string, subject: string): Finding[] {
  return names.flatMap((name, index): Finding[] => (names.indexOf(name) === index ? []
    : [{ code: 'duplicate-entry', pointer: pointerAt(index), at: 'value', message: `${subject} ${JSON.stringify(name)} already` }]));
}
