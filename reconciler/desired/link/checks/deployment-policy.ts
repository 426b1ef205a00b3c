/** A deployment policy names network partitions that are there, and partitions that they have. */

import type { DeploymentPolicyNetworkPartitions } from '../../../../schemas/kinds/deployment-policy/generated.ts';
import { didYouMean } from '../../../../schemas/nearest.ts';
import { pointerOf } from '../../parse/pointer.ts';
import type { Finder, Found, Place } from '../finder.ts';

export function checkDeploymentPolicy({ entry, value }: Found<'DeploymentPolicy'>, finder: Finder): void {
  checkPlaces(value.spec.networkPartitions, { entry, pointer: '/spec/networkPartitions' }, finder);
  for (const [path, child] of Object.entries(value.spec.childPolicies ?? {})) {
    checkPlaces(child.networkPartitions, { entry, pointer: `/spec/childPolicies${pointerOf([path])}/networkPartitions` }, finder);
  }
}

function checkPlaces(networkPartitions: DeploymentPolicyNetworkPartitions, { entry, pointer }: Place, finder: Finder): void {
  for (const [name, placement] of Object.entries(networkPartitions)) {
    const found = finder.find('NetworkPartition', name, { entry, pointer: `${pointer}/${name}` });
    if (found === null) continue;
    const known = found.value.spec.partitions.map((partition) => partition.name);
    for (const [index, partition] of placement.partitions.entries()) {
      if (known.includes(partition.name)) continue;
      const at = { entry, pointer: `${pointer}/${name}/partitions/${index}/name` };
      finder.error(at, 'unknown-reference', `the network partition ${JSON.stringify(name)} has no partition ${JSON.stringify(partition.name)}${didYouMean(partition.name, known) || `; it has ${known.join(', ')}`}`);
    }
  }
}
