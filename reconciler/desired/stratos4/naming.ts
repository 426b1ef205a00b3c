/** Old ids were free text; native names are not. One id always gives the same name, so references still meet. */

import { shortDigestOf } from '../../../schemas/digest.ts';
import type { Node, Notes } from './notes.ts';
import { text } from './reader.ts';

const longest = 63;

/** Lower-case letters, digits and inner hyphens; what fits already is kept as it is. */
export function nativeName(old: string): string {
  return shortEnough(old.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, ''), old);
}

/** The same with single hyphens only: for aliases and the names of secrets. */
export function nativeAlias(old: string): string {
  return shortEnough(old.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, ''), old);
}

/** What is too long, or has no letter that could stay, is told apart by a digest of the old text. */
function shortEnough(name: string, old: string): string {
  if (name === '') return `x-${shortDigestOf(old)}`;
  return name.length <= longest ? name : `${name.slice(0, longest - 9).replace(/-+$/, '')}-${shortDigestOf(old)}`;
}

/** The name of a document; another spelling than the old one is noted, since two ids may come to the same. */
export function identity(node: Node | undefined, notes: Notes): string | null {
  return renamed(node, nativeName, notes);
}

/** The alias of a group, noted in the same way. */
export function groupAlias(node: Node | undefined, notes: Notes): string | null {
  return renamed(node, nativeAlias, notes);
}

function renamed(node: Node | undefined, native: (old: string) => string, notes: Notes): string | null {
  const old = text(node, notes);
  if (node === undefined || old === undefined) return null;
  const name = native(old);
  if (name !== old) notes.info(node, 'renamed', `${JSON.stringify(old.slice(0, 60))} is called ${JSON.stringify(name)} here`);
  return name;
}
