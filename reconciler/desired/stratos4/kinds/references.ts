/**
 * What applications refer to: cartridges and groups under aliases. Aliases are unique in the whole application, cartridges and
 * groups apart; a deployment policy stands on the way to each cartridge exactly once.
 */

import { groupAlias, nativeName } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, required, text, type Keys } from '../reader.ts';
import { keyed, said } from '../said.ts';
import { cartridgeReference } from './cartridge-reference.ts';
import { noteIgnoredScaling } from './cartridge-group.ts';
import type { Siblings } from './dependencies.ts';
import { range } from './member-count.ts';

/** All aliases of an application, filled while it is read. */
export interface Aliases {
  readonly cartridges: Set<string>;
  readonly groups: Set<string>;
}

export interface Around {
  /** The group around that names a deployment policy; null when none does. */
  readonly placedBy: string | null;
}

export interface References {
  readonly cartridges: unknown;
  readonly groups: unknown;
  readonly siblings: Siblings;
}

export function references(keys: Keys, around: Around, aliases: Aliases, notes: Notes): References {
  const cartridges = items(keys.at('cartridges')).flatMap((item) => cartridgeReference(item, around.placedBy, aliases.cartridges, notes) ?? []);
  const names = new Set(cartridges.map(({ alias }) => alias));
  const groups = items(keys.at('groups')).flatMap((item) => groupReference(item, around, names, aliases, notes) ?? []);
  return {
    cartridges: keyed(cartridges.map(({ alias, value }) => [alias, value])), groups: keyed(groups.map(({ alias, value }) => [alias, value])),
    siblings: { cartridges: names, groups: new Set(groups.map(({ alias }) => alias)) },
  };
}

const known = ['name', 'alias', 'groupMinInstances', 'groupMaxInstances', 'deploymentPolicy', 'cartridges', 'groups', 'groupScalingEnabled'];

function groupReference(node: Node, { placedBy }: Around, beside: ReadonlySet<string>, aliases: Aliases, notes: Notes): { readonly alias: string; readonly value: unknown } | null {
  const keys = keysOf(node, notes, known);
  if (keys === null) return null;
  noteIgnoredScaling(keys, notes);
  const type = required(keys, 'name', notes, 'which cartridge group');
  const at = required(keys, 'alias', notes, 'what the group is called here');
  const alias = groupAlias(at, notes);
  const policy = keys.at('deploymentPolicy');
  const policyName = text(policy, notes);
  if (policy !== undefined && policyName !== undefined && placedBy !== null) notes.error(policy, 'placed-twice', `the group ${JSON.stringify(placedBy)} around it names a deployment policy already`);
  const typeName = text(type, notes);
  const { min, max } = range(keys, ['groupMinInstances', 'groupMaxInstances'], 'no instance of the group is started', notes);
  const free = at !== undefined && alias !== null && isFree(at, alias, beside, aliases, notes);
  const inside = references(keys, { placedBy: placedBy ?? (policyName === undefined ? null : (alias ?? 'without an alias')) }, aliases, notes);
  return !free ? null : {
    alias,
    value: said(node, {
      type: type && typeName && said(type, nativeName(typeName)), min, max,
      deploymentPolicy: policy && policyName && said(policy, nativeName(policyName)),
      cartridges: inside.cartridges, groups: inside.groups,
    }),
  };
}

function isFree(at: Node, alias: string, beside: ReadonlySet<string>, { groups }: Aliases, notes: Notes): boolean {
  if (!groups.has(alias) && !beside.has(alias)) {
    groups.add(alias);
    return true;
  }
  notes.error(at, 'duplicate-alias', `the alias ${JSON.stringify(alias)} is taken already; ${beside.has(alias) ? 'a cartridge beside it has it' : 'another group of the application has it'}`);
  return false;
}
