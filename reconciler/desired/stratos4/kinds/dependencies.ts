/**
 * Dependencies of applications and group definitions. Old elements carry what they are before their alias (`cartridge.php`),
 * and one text may hold several of them, parted by commas.
 */

import { nativeAlias } from '../naming.ts';
import type { Node, Notes } from '../notes.ts';
import { items, keysOf, oneOf, text } from '../reader.ts';
import { said } from '../said.ts';

const behaviours = ['terminate-none', 'terminate-dependents', 'terminate-all'] as const;

/** The aliases that stand beside each other, when the document knows them. */
export interface Siblings {
  readonly cartridges: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** @param siblings null in a group definition: its aliases are given by the applications that use it. */
export function dependencies(node: Node | undefined, siblings: Siblings | null, notes: Notes): unknown {
  const keys = node === undefined ? null : keysOf(node, notes, ['startupOrders', 'scalingDependents', 'scalingDependants', 'terminationBehaviour']);
  if (node === undefined || keys === null) return undefined;
  const behaviour = keys.at('terminationBehaviour');
  const scaling = keys.at('scalingDependents') ?? keys.at('scalingDependants');
  const orders = keys.at('startupOrders');
  return said(node, {
    startupOrders: orders && said(orders, lists(orders, siblings, notes)),
    scalingDependents: scaling && said(scaling, lists(scaling, siblings, notes)),
    terminationBehaviour: behaviour && said(behaviour, oneOf(behaviour, behaviours, notes)),
  });
}

function lists(node: Node, siblings: Siblings | null, notes: Notes): unknown[] {
  return items(node).flatMap((item): unknown[] => {
    const aliases = keysOf(item, notes, ['aliases'])?.at('aliases');
    const list = items(aliases).flatMap((at) => elements(at, siblings, notes));
    return aliases === undefined || list.length === 0 ? [] : [said(aliases, list)];
  });
}

function elements(at: Node, siblings: Siblings | null, notes: Notes): unknown[] {
  return (text(at, notes) ?? '').split(',').map((element) => element.trim()).filter((element) => element !== '').flatMap((element): unknown[] => {
    const [, kind, written] = /^(cartridge|group)\.(.+)$/s.exec(element) ?? [];
    if (kind === undefined || written === undefined) {
      notes.error(at, 'invalid-value', `found ${JSON.stringify(element.slice(0, 60))}; expected "cartridge." or "group." and an alias`);
      return [];
    }
    const alias = nativeAlias(written);
    refuseWrongKind(at, kind as 'cartridge' | 'group', alias, siblings, notes);
    return [said(at, alias)];
  });
}

/** Aliases that nobody has are found when everything is linked; here only those that are something else. */
function refuseWrongKind(at: Node, kind: 'cartridge' | 'group', alias: string, siblings: Siblings | null, notes: Notes): void {
  const [own, other] = kind === 'group' ? [siblings?.groups, siblings?.cartridges] : [siblings?.cartridges, siblings?.groups];
  if (own?.has(alias) === false && other?.has(alias) === true) {
    notes.error(at, 'unknown-alias', `there is no ${kind} ${JSON.stringify(alias)} here, but a ${kind === 'group' ? 'cartridge' : 'group'}; expected "${kind === 'group' ? 'cartridge' : 'group'}.${alias}"`);
  }
}
