/** A cartridge group by itself: what it names is there, it does not include itself, and its dependencies can be followed. */

import { linkDependencies } from '../dependencies.ts';
import type { Finder, Found } from '../finder.ts';
import { nearestOf } from '../layers.ts';
import { outline, type ComponentNode } from '../outline.ts';

export function checkCartridgeGroup({ entry, value }: Found<'CartridgeGroup'>, finder: Finder): void {
  const layer = { entry, pointer: '/spec', value: value.spec };
  checkComponent(outline([layer], [], layer, [value.metadata.name], finder), finder);
}

/** Groups that it includes by name are checked where they are defined. */
function checkComponent(node: ComponentNode, finder: Finder): void {
  linkDependencies(node.dependencies, node.place.entry.dialect === 'native' ? node.aliases : named(node), node.place, finder);
  const written = [...node.clusters.map(({ layers }) => layers), ...node.groups.map(({ layers }) => layers)];
  for (const layers of written) {
    const autoscaling = nearestOf(layers, 'autoscalingPolicy');
    if (autoscaling !== undefined) finder.find('AutoscalingPolicy', autoscaling.value, autoscaling);
    const deployment = nearestOf(layers, 'deploymentPolicy');
    if (deployment !== undefined) finder.find('DeploymentPolicy', deployment.value, deployment);
  }
  for (const group of node.groups) if (group.type === null) checkComponent(group, finder);
}

/** In an old definition the applications that use it give the aliases; by itself only its order can be looked at. */
function named({ dependencies }: ComponentNode): ReadonlySet<string> {
  return new Set(dependencies.flatMap(({ value }) => [...(value.startupOrders ?? []), ...(value.scalingDependants ?? []), ...(value.scalingDependents ?? [])].flat()));
}
