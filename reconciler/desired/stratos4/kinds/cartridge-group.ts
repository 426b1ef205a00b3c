/**
 * Group definitions. They list types of cartridges, not aliases: those come with the application that uses the group.
 * So the native form has each cartridge under its type, and its dependencies name aliases of the applications.
 */

import { identity, nativeAlias, nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, required, text, type Keys } from '../reader.ts';
import { keyed, said } from '../said.ts';
import { documentOf, type Translation } from '../translation.ts';
import { dependencies } from './dependencies.ts';

const known = ['name', 'cartridges', 'groups', 'dependencies'];
/** An older server had it; the last one scaled groups whose maximum is above 1. */
const ignored = 'groupScalingEnabled';

export function cartridgeGroup(node: Node, notes: Notes): Translation | null {
  const keys = keysOf(node, notes, [...known, ignored]);
  if (keys === null) return null;
  const id = required(keys, 'name', notes, 'what the group is called');
  const written = text(id, notes);
  return documentOf('CartridgeGroup', node, id, identity(id, notes), contents(keys, written === undefined ? [] : [written], notes));
}

/** @param names of this group and of those around it: one of them again would never end. */
function contents(keys: Keys, names: readonly string[], notes: Notes): Readonly<Record<string, unknown>> {
  noteIgnoredScaling(keys, notes);
  return {
    cartridges: keyed(cartridgeTypes(keys.at('cartridges'), notes)),
    groups: keyed(nestedGroups(keys.at('groups'), names, notes)),
    dependencies: dependencies(keys.at('dependencies'), null, notes),
  };
}

export function noteIgnoredScaling(keys: Keys, notes: Notes): void {
  const at = keys.at(ignored);
  if (at !== undefined) notes.warn({ ...at, at: 'key' }, 'ignored-key', `"${ignored}" is not read: a group scales when its "groupMaxInstances" is above 1`);
}

function cartridgeTypes(list: Node | undefined, notes: Notes): [string, unknown][] {
  const types = new Map<string, unknown>();
  for (const at of items(list)) {
    const type = text(at, notes);
    if (type === undefined) continue;
    const alias = nativeAlias(type);
    if (types.has(alias)) notes.error(at, 'duplicate-entry', `the group has the cartridge ${JSON.stringify(type.slice(0, 60))} already`);
    else types.set(alias, said(at, { type: said(at, nativeName(type)) }));
  }
  return [...types];
}

function nestedGroups(list: Node | undefined, names: readonly string[], notes: Notes): [string, unknown][] {
  const groups = new Map<string, unknown>();
  for (const item of items(list)) {
    const keys = keysOf(item, notes, [...known, ignored]);
    if (keys === null) continue;
    const at = required(keys, 'name', notes, 'what the group is called');
    const name = text(at, notes);
    if (at !== undefined && name !== undefined && names.includes(name)) {
      notes.error(at, 'group-cycle', `the group includes itself: ${[...names.slice(names.indexOf(name)), name].map((each) => each.slice(0, 60)).join(' → ')}`);
    }
    const value = said(item, contents(keys, name === undefined ? names : [...names, name], notes));
    if (at === undefined || name === undefined) continue;
    const alias = nativeAlias(name);
    if (groups.has(alias)) notes.error(at, 'duplicate-entry', `the group has a group ${JSON.stringify(name.slice(0, 60))} already`);
    else groups.set(alias, value);
  }
  return [...groups];
}
