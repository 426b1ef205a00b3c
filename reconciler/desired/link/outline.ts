/**
 * The tree of an application before anything in it is placed: which clusters and groups stand where, each with the layers that
 * say something about it. Groups are included by name here, and overrides are held against what the group brings.
 */

import type { CartridgeReference, Components, Dependencies, GroupReference } from '../../../schemas/kinds/shared/components.generated.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import { nestedDefinition, oldDefinition, refuseMissingTypes, withDefinition, type Definition } from '../stratos4/group-reference.ts';
import type { Finder, Found, Place } from './finder.ts';
import { below, nearestOf, type Layer, type Layers } from './layers.ts';

export interface ClusterNode {
  readonly alias: string;
  /** Aliases from the top down. */
  readonly path: readonly string[];
  readonly layers: Layers<CartridgeReference>;
  readonly cartridge: Found<'Cartridge'>;
  readonly place: Place;
}

export interface ComponentNode {
  readonly path: readonly string[];
  readonly place: Place;
  readonly dependencies: Layers<Dependencies>;
  readonly clusters: readonly ClusterNode[];
  readonly groups: readonly GroupNode[];
  /** The aliases of all children, also of those that could not be included. */
  readonly aliases: ReadonlySet<string>;
  /** False: something here or below could not be included, which has been reported; what seems to be missing may be that. */
  readonly complete: boolean;
}

export interface GroupNode extends ComponentNode {
  readonly alias: string;
  readonly type: string | null;
  readonly layers: Layers<GroupReference>;
}

/** Groups nested deeper than this are not followed: what is written deeper is a mistake. */
const maxDepth = 20;

/**
 * @param including names of the CartridgeGroups on the way here: one of them again would go on for ever.
 * @param within the old definition that this part of an old application refers to: there, types of groups are names in it.
 */
export function outline(layers: Layers<Components>, path: readonly string[], place: Place, including: readonly string[], finder: Finder, within: Definition | null = null): ComponentNode {
  refuseUnknownOverrides(layers, finder);
  const base = layers.at(-1)?.value;
  const aliases = { cartridges: Object.keys(base?.cartridges ?? {}), groups: Object.keys(base?.groups ?? {}) };
  const clusters = aliases.cartridges.flatMap((alias) => clusterNode(alias, layers, path, finder) ?? []);
  const groups = aliases.groups.flatMap((alias) => groupNode(alias, layers, path, including, finder, within) ?? []);
  return {
    path, place, dependencies: below(layers, 'dependencies'), clusters, groups,
    aliases: new Set([...aliases.cartridges, ...aliases.groups]),
    complete: clusters.length === aliases.cartridges.length && groups.length === aliases.groups.length && groups.every(({ complete }) => complete),
  };
}

/** The farthest layer says which aliases there are; the nearer ones only change them. */
function refuseUnknownOverrides(layers: Layers<Components>, finder: Finder): void {
  const base = layers.at(-1);
  if (base === undefined) return;
  for (const key of ['cartridges', 'groups'] as const) {
    const known = Object.keys(base.value[key] ?? {});
    for (const override of layers.slice(0, -1)) {
      for (const alias of Object.keys(override.value[key] ?? {})) {
        if (known.includes(alias)) continue;
        const list = known.length === 0 ? `; it has no ${key}` : `; it has ${known.join(', ')}`;
        const at = { entry: override.entry, pointer: `${override.pointer}/${key}/${alias}` };
        finder.error(at, 'unknown-alias', `${base.entry.kind} ${JSON.stringify(base.entry.name)} has no ${key === 'groups' ? 'group' : 'cartridge'} ${JSON.stringify(alias)} here${didYouMean(alias, known) || list}`);
      }
    }
  }
}

function clusterNode(alias: string, layers: Layers<Components>, path: readonly string[], finder: Finder): ClusterNode | null {
  const own = at<CartridgeReference>(below(layers, 'cartridges'), alias);
  const place = own.at(-1);
  if (place === undefined) return null;
  const type = nearestOf(own, 'type');
  const cartridge = finder.find('Cartridge', type?.value ?? alias, type ?? place);
  return cartridge === null ? null : { alias, path: [...path, alias], layers: own, cartridge, place };
}

function groupNode(alias: string, layers: Layers<Components>, path: readonly string[], including: readonly string[], finder: Finder, within: Definition | null): GroupNode | null {
  const own = at<GroupReference>(below(layers, 'groups'), alias);
  const place = own.at(-1);
  if (place === undefined) return null;
  const here = [...path, alias];
  if (here.length > maxDepth) {
    finder.error(place, 'nested-too-deep', `groups are nested deeper than ${maxDepth}`);
    return null;
  }
  const type = nearestOf(own, 'type');
  if (type === undefined) return { ...outline(own, here, place, including, finder), alias, type: null, layers: own };
  if (within !== null) {
    const nested = nestedDefinition(within, type, finder);
    return nested && { ...outline(withDefinition(own, nested), here, place, including, finder, nested), alias, type: type.value, layers: own };
  }
  if (including.includes(type.value)) {
    finder.error(type, 'group-cycle', `the group includes itself: ${[...including.slice(including.indexOf(type.value)), type.value].join(' → ')}`);
    return null;
  }
  const group = finder.find('CartridgeGroup', type.value, type);
  if (group === null) return null;
  const old = oldDefinition(place, group);
  if (old !== null) {
    refuseMissingTypes(own, old, place, finder);
    return { ...outline(withDefinition(own, old), here, place, including, finder, old), alias, type: type.value, layers: own };
  }
  const base: Layer<Components> = { entry: group.entry, pointer: '/spec', value: group.value.spec };
  return { ...outline([...own, base], here, place, [...including, type.value], finder), alias, type: type.value, layers: own };
}

function at<V extends object>(layers: Layers<Readonly<Record<string, V | undefined>>>, key: string): Layers<V> {
  return below(layers, key) as Layers<V>;
}
