/** Manual scaling and hands-off, by alias path: the entry of the cluster itself, else of the nearest group around it. */

import type { ApplicationMaintenance } from '../../../schemas/kinds/application/generated.ts';
import type { Maintenance } from '../../model/desired.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import type { Finder } from './finder.ts';
import { merged, type Layers } from './layers.ts';
import { clusterPaths } from './neighbours.ts';
import type { ComponentNode } from './outline.ts';

/** @returns what holds for a cluster, by its aliases. */
export function linkMaintenance(layers: Layers<Readonly<Record<string, ApplicationMaintenance | undefined>>>, root: ComponentNode, finder: Finder): (path: readonly string[]) => Maintenance | null {
  if (layers.length === 0) return () => null;
  const clusters = new Set(clusterPaths(root).map((steps) => steps.join('/')));
  const groups = new Set([...clusters].flatMap(prefixes));
  const entries = merged<ApplicationMaintenance>(layers);
  for (const [path, layer] of entries) {
    if (groups.has(path)) {
      if (layer.value.members !== undefined) finder.error({ entry: layer.entry, pointer: `${layer.pointer}/members` }, 'members-of-a-group', `${JSON.stringify(path)} is a group; a number of members can only be set for a cluster`);
    } else if (!clusters.has(path) && root.complete) {
      const known = [...clusters, ...groups];
      finder.error(layer, 'unknown-alias', `there is no ${JSON.stringify(path)} in this application${didYouMean(path, known) || `; there ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, 12).join(', ')}`}`);
    }
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const entry = entries.get(path.slice(0, length).join('/'));
      if (entry !== undefined) return maintenance(entry.value);
    }
    return null;
  };
}

function prefixes(path: string): string[] {
  const steps = path.split('/');
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join('/'));
}

function maintenance({ members, autoscaling, healing, until, reason }: ApplicationMaintenance): Maintenance {
  return { members: members ?? null, autoscaling: autoscaling ?? true, healing: healing ?? true, untilMs: Date.parse(until), reason };
}
