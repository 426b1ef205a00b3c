/** Documents of which only the names in them have to be there. */

import { didYouMean } from '../../../../schemas/nearest.ts';
import type { Finder, Found } from '../finder.ts';

export function checkApplicationPolicy({ entry, value }: Found<'ApplicationPolicy'>, finder: Finder): void {
  for (const [groupIndex, group] of value.spec.networkPartitionGroups.entries()) {
    for (const [index, name] of group.entries()) finder.find('NetworkPartition', name, { entry, pointer: `/spec/networkPartitionGroups/${groupIndex}/${index}` });
  }
}

export function checkNetworkPartition({ entry, value }: Found<'NetworkPartition'>, finder: Finder): void {
  for (const [index, { cluster }] of value.spec.partitions.entries()) {
    if (cluster !== undefined) finder.find('KubernetesCluster', cluster, { entry, pointer: `/spec/partitions/${index}/cluster` });
  }
}

export function checkTenant({ entry, value }: Found<'Tenant'>, finder: Finder): void {
  for (const [index, name] of (value.spec.networkPartitions ?? []).entries()) finder.find('NetworkPartition', name, { entry, pointer: `/spec/networkPartitions/${index}` });
  const { approval, roles } = value.spec;
  if (approval?.by !== undefined && !Object.hasOwn(roles ?? {}, approval.by)) {
    finder.error({ entry, pointer: '/spec/approval/by' }, 'unknown-reference', `there is no role ${JSON.stringify(approval.by)} in roles${didYouMean(approval.by, Object.keys(roles ?? {}))}`);
  }
}

/** The application is looked up in the same tenant: nobody deploys what belongs to another. */
export function checkApplicationDeployment({ entry, value }: Found<'ApplicationDeployment'>, finder: Finder): void {
  const { application, applicationPolicy } = value.spec;
  if (finder.look('Application', application, finder.tenant) === null) {
    finder.error({ entry, pointer: '/spec/application' }, 'unknown-reference', `the tenant ${JSON.stringify(finder.tenant)} has no application ${JSON.stringify(application)}`);
  }
  if (applicationPolicy !== undefined) finder.find('ApplicationPolicy', applicationPolicy, { entry, pointer: '/spec/applicationPolicy' });
}
