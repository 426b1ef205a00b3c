/**
 * An old application's reference to an old group definition. The definition lists types and says how the group's children
 * depend on each other, by aliases that the application gives; so the application's children are the ones that count, and
 * of the definition only the dependencies are laid over them.
 */

import type { Components, GroupReference } from '../../../schemas/kinds/shared/components.generated.ts';
import type { Finder, Found, Place } from '../link/finder.ts';
import { nearestOf, type Layer, type Layers } from '../link/layers.ts';
import { didYouMean } from '../../../schemas/nearest.ts';
import { nativeAlias } from './naming.ts';

/** A group definition, or one that is nested in it. */
export type Definition = Layer<Components>;

/** The definition when both sides are old; null: the group is included as native ones are. */
export function oldDefinition(reference: Place, group: Found<'CartridgeGroup'>): Definition | null {
  if (reference.entry.dialect !== 'stratos4' || reference.entry.kind !== 'Application' || group.entry.dialect !== 'stratos4') return null;
  return { entry: group.entry, pointer: '/spec', value: group.value.spec };
}

/** The definition by that name that is nested in another; null and reported when there is none. */
export function nestedDefinition(within: Definition, type: Layer<string>, finder: Finder): Definition | null {
  const groups = within.value.groups ?? {};
  const found = Object.entries(groups).find(([name]) => name === nativeAlias(type.value));
  if (found !== undefined) return { entry: within.entry, pointer: `${within.pointer}/groups/${found[0]}`, value: found[1] };
  const known = Object.keys(groups);
  const list = known.length === 0 ? '; it has no groups' : `; it has ${known.join(', ')}`;
  finder.error(type, 'unknown-reference', `the group ${JSON.stringify(nameOf(within))} has no group ${JSON.stringify(type.value)} in it${didYouMean(type.value, known) || list}`);
  return null;
}

/** The reference with the definition's dependencies over it. */
export function withDefinition(own: Layers<GroupReference>, { entry, pointer, value }: Definition): Layers<GroupReference> {
  const dependencies = value.dependencies;
  return dependencies === undefined ? own : [{ entry, pointer, value: { dependencies } }, ...own];
}

/** Every cartridge of the definition has to stand somewhere below the reference; further ones may. */
export function refuseMissingTypes(own: Layers<GroupReference>, definition: Definition, place: Place, finder: Finder): void {
  const used = new Set(own.flatMap(({ value }) => typesIn(value)));
  const missing = [...new Set(typesIn(definition.value))].filter((type) => !used.has(type));
  if (missing.length === 0) return;
  const at = nearestOf(own, 'type') ?? place;
  finder.error(at, 'group-incomplete', `the group ${JSON.stringify(nameOf(definition))} has ${missing.join(', ')}, which ${missing.length === 1 ? 'stands' : 'stand'} nowhere in this reference to it`);
}

function typesIn(components: Components | GroupReference): string[] {
  return [
    ...Object.entries(components.cartridges ?? {}).map(([alias, { type }]) => type ?? alias),
    ...Object.values(components.groups ?? {}).flatMap(typesIn),
  ];
}

const nameOf = ({ entry, pointer }: Definition): string => (pointer === '/spec' ? entry.name : pointer.slice(pointer.lastIndexOf('/') + 1));
