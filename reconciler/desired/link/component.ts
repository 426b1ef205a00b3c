/** The outline of an application → its desired components, with policies handed down. */

import type { Components, GroupReference } from '../../../schemas/kinds/shared/components.generated.ts';
import { aliasPath } from '../../../schemas/ids.ts';
import type { DesiredCluster, DesiredComponent, DesiredGroup, Maintenance } from '../../model/desired.ts';
import { linkCluster, type Inherited } from './cluster.ts';
import { linkDependencies } from './dependencies.ts';
import type { Finder } from './finder.ts';
import { below, nearestOf, originOf, type Layers } from './layers.ts';
import type { Memo } from './memo.ts';
import type { Scopes } from './neighbours.ts';
import type { ComponentNode, GroupNode } from './outline.ts';
import type { AttachedPolicy } from './placement.ts';

/** What linking the components of one application shares. */
export interface Building {
  readonly finder: Finder;
  readonly memo: Memo;
  readonly maintenance: (path: readonly string[]) => Maintenance | null;
  /** Filled while clusters are linked: which deployment policy places which cluster. */
  readonly placed: { readonly cluster: DesiredCluster; readonly attached: AttachedPolicy }[];
}

export function linkComponent(node: ComponentNode, inherited: Inherited, around: Scopes, building: Building): DesiredComponent {
  const scopes = [node, ...around];
  return {
    path: aliasPath(node.path),
    clusters: node.clusters.map((each) => {
      const { cluster, attached } = linkCluster(each, inherited, scopes, building.maintenance(each.path), building.memo, building.finder);
      if (attached !== null) building.placed.push({ cluster, attached });
      return cluster;
    }),
    groups: node.groups.map((group) => linkGroup(group, inherited, scopes, building)),
    dependencies: linkDependencies(node.dependencies, node.aliases, node.place, building.finder),
  };
}

function linkGroup(node: GroupNode, inherited: Inherited, around: Scopes, building: Building): DesiredGroup {
  const min = nearestOf(node.layers, 'min')?.value ?? Math.min(1, nearestOf(node.layers, 'max')?.value ?? 1);
  const max = nearestOf(node.layers, 'max')?.value ?? min;
  if (min > max) building.finder.error(nearestOf(node.layers, 'min') ?? node.place, 'range-reversed', `the minimum ${min} of the group ${node.path.join('/')} is above its maximum ${max}`);
  return {
    ...linkComponent(node, inheritedBelow(node.layers, node.path.length, inherited), around, building),
    alias: node.alias, type: node.type, origin: originOf(node.place), min, max,
    scaling: nearestOf(node.layers, 'groupScalingEnabled')?.value ?? max > min,
    samePartition: nearestOf(node.layers, 'samePartition')?.value ?? false,
  };
}

/** The nearest policy wins: what a component names takes the place of what was handed down to it. */
export function inheritedBelow(layers: Layers<Pick<GroupReference, 'update' | 'autoscalingPolicy' | 'deploymentPolicy'> & Components>, depth: number, inherited: Inherited): Inherited {
  const deploymentPolicy = nearestOf(layers, 'deploymentPolicy');
  return {
    update: [...below(layers, 'update'), ...inherited.update],
    autoscalingPolicy: nearestOf(layers, 'autoscalingPolicy') ?? inherited.autoscalingPolicy,
    deploymentPolicy: deploymentPolicy === undefined ? inherited.deploymentPolicy : { layer: deploymentPolicy, depth },
  };
}
