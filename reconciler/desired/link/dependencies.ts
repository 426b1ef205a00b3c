/** How siblings hang together: startup orders as a graph without cycles, and what scales together. */

import type { Dependencies as Written } from '../../../schemas/kinds/shared/components.generated.ts';
import type { Dependencies } from '../../model/desired.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import type { Finder, Place } from './finder.ts';
import { nearestOf, originOf, type Layer, type Layers } from './layers.ts';

/**
 * @param siblings the aliases that stand directly beside each other.
 * @param place where the component stands, for one that says nothing about dependencies.
 */
export function linkDependencies(layers: Layers<Written>, siblings: ReadonlySet<string>, place: Place, finder: Finder): Dependencies {
  const orders = known(nearestOf(layers, 'startupOrders'), siblings, finder);
  const scaling = known(nearestOf(layers, 'scalingDependants') ?? nearestOf(layers, 'scalingDependents'), siblings, finder);
  const startsAfter = predecessors(orders.lists);
  const cycle = findCycle(startsAfter);
  if (cycle !== null && orders.place !== null) {
    finder.error(orders.place, 'startup-cycle', `the startup orders go in a circle: ${cycle.join(' → ')}; none of them could ever start`);
  }
  return {
    startsAfter: cycle === null ? startsAfter : new Map(),
    scalingDependents: scaling.lists.filter((list) => list.length > 1),
    terminationBehaviour: nearestOf(layers, 'terminationBehaviour')?.value ?? 'terminate-none',
    origin: originOf(layers[0] ?? place),
  };
}

function known(layer: Layer<readonly (readonly string[])[]> | undefined, siblings: ReadonlySet<string>, finder: Finder): { lists: string[][]; place: Place | null } {
  if (layer === undefined) return { lists: [], place: null };
  for (const [index, list] of layer.value.entries()) {
    for (const [position, alias] of list.entries()) {
      if (siblings.has(alias)) continue;
      const hint = didYouMean(alias, siblings) || `; its siblings are ${[...siblings].join(', ')}`;
      finder.error({ entry: layer.entry, pointer: `${layer.pointer}/${index}/${position}` }, 'unknown-alias', `there is no ${JSON.stringify(alias)} here${hint}`);
    }
  }
  return { lists: layer.value.map((list) => list.filter((alias) => siblings.has(alias))), place: layer };
}

/** Alias → its direct predecessors: each pair of neighbours in a list. */
function predecessors(orders: readonly (readonly string[])[]): Map<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const list of orders) {
    for (const [index, alias] of list.entries()) {
      const before = list[index - 1];
      if (before === undefined || result.get(alias)?.includes(before) === true) continue;
      result.set(alias, [...(result.get(alias) ?? []), before]);
    }
  }
  return result;
}

/** A way round that comes back to where it began, in starting order, or null. */
function findCycle(startsAfter: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (alias: string, path: readonly string[]): string[] | null => {
    const start = path.indexOf(alias);
    if (start >= 0) return [...path.slice(start), alias].toReversed();
    if (done.has(alias)) return null;
    for (const before of startsAfter.get(alias) ?? []) {
      const cycle = visit(before, [...path, alias]);
      if (cycle !== null) return cycle;
    }
    done.add(alias);
    return null;
  };
  for (const alias of startsAfter.keys()) {
    const cycle = visit(alias, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
