/** What a cluster takes from others in its application: values that they publish, and a load balancer. Looked up among the siblings first, then outwards. */

import { aliasPath, type AliasPath } from '../../../schemas/ids.ts';
import type { DesiredCluster } from '../../model/desired.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import type { Finder, Place } from './finder.ts';
import { below, merged, nearestOf } from './layers.ts';
import type { ClusterNode, ComponentNode } from './outline.ts';

/** The components around a cluster, the innermost first. */
export type Scopes = readonly ComponentNode[];

export function linkImports(node: ClusterNode, scopes: Scopes, finder: Finder): DesiredCluster['imports'] {
  const imports = new Map<string, { cluster: AliasPath; key: string }>();
  for (const [variable, layer] of merged<string>(below(node.layers, 'imports'))) {
    const dot = layer.value.lastIndexOf('.');
    const key = layer.value.slice(dot + 1);
    const exporter = clusterAt(layer.value.slice(0, dot), scopes);
    const keys = exporter?.cartridge.value.spec.metadataKeys ?? [];
    if (exporter === null) refuseUnknown(layer, layer.value.slice(0, dot), scopes, finder);
    else if (exporter === node) finder.error(layer, 'refers-to-itself', `${JSON.stringify(node.alias)} imports what it publishes itself`);
    else if (!keys.includes(key)) {
      const list = keys.length === 0 ? '; it publishes nothing: name the key in its metadataKeys' : `; it publishes ${keys.join(', ')}`;
      finder.error(layer, 'unknown-reference', `the cartridge ${JSON.stringify(exporter.cartridge.value.metadata.name)} of ${exporter.path.join('/')} does not publish ${JSON.stringify(key)}${didYouMean(key, keys) || list}`);
    } else imports.set(variable, { cluster: aliasPath(exporter.path), key });
  }
  return imports;
}

export function linkLoadBalancer(node: ClusterNode, scopes: Scopes, finder: Finder): AliasPath | null {
  const layer = nearestOf(node.layers, 'loadBalancer');
  if (layer === undefined) return null;
  const balancer = clusterAt(layer.value, scopes);
  if (balancer === null) refuseUnknown(layer, layer.value, scopes, finder);
  else if (balancer === node) finder.error(layer, 'refers-to-itself', `${JSON.stringify(node.alias)} cannot balance itself`);
  else if (balancer.cartridge.value.spec.category !== 'load-balancer') {
    finder.error(layer, 'not-a-load-balancer', `the cartridge ${JSON.stringify(balancer.cartridge.value.metadata.name)} of ${balancer.path.join('/')} is of the category ${JSON.stringify(balancer.cartridge.value.spec.category)}; expected "load-balancer"`);
  } else return aliasPath(balancer.path);
  return null;
}

function clusterAt(path: string, scopes: Scopes): ClusterNode | null {
  const steps = path.split('/');
  const [first] = steps;
  const scope = scopes.find(({ clusters, groups }) => [...clusters, ...groups].some(({ alias }) => alias === first));
  return scope === undefined ? null : inside(scope, steps);
}

function inside(scope: ComponentNode, [step, ...rest]: readonly string[]): ClusterNode | null {
  if (rest.length === 0) return scope.clusters.find(({ alias }) => alias === step) ?? null;
  const group = scope.groups.find(({ alias }) => alias === step);
  return group === undefined ? null : inside(group, rest);
}

function refuseUnknown(place: Place, path: string, scopes: Scopes, finder: Finder): void {
  if (scopes.some(({ complete }) => !complete)) return;
  const known = scopes.flatMap((scope) => clusterPaths(scope).map((steps) => steps.slice(scope.path.length).join('/')));
  const list = known.length === 0 ? '' : `; there ${known.length === 1 ? 'is' : 'are'} ${[...new Set(known)].slice(0, 12).join(', ')}`;
  finder.error(place, 'unknown-alias', `there is no cluster ${JSON.stringify(path)} here${didYouMean(path, known) || list}`);
}

export function clusterPaths(component: ComponentNode): string[][] {
  return [...component.clusters.map(({ path }) => [...path]), ...component.groups.flatMap(clusterPaths)];
}
