/** Native values under construction, which remember where each part was said in the old document. */

import { pointerOf } from '../parse/pointer.ts';
import type { Node } from './notes.ts';

const mark: unique symbol = Symbol('said');

interface Said {
  readonly [mark]: string;
  readonly value: unknown;
}

/** A part of a native value, and the place in the old document that it comes from. */
export function said(node: Node, value: unknown): unknown {
  return value === undefined ? undefined : ({ [mark]: node.pointer, value } satisfies Said);
}

/** A set of keys from pairs; undefined when there is none. */
export function keyed(entries: readonly (readonly [string, unknown])[]): unknown {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export interface Unfolded {
  /** Plain JSON, without what is undefined. */
  readonly value: unknown;
  /** Pointer in `value` → pointer in the old document. */
  readonly pointers: Readonly<Record<string, string>>;
}

export function unfold(tree: unknown): Unfolded {
  const pointers: Record<string, string> = { '': '' };
  return { value: plain(tree, '', pointers), pointers };
}

function plain(tree: unknown, pointer: string, pointers: Record<string, string>): unknown {
  if (isSaid(tree)) {
    pointers[pointer] = tree[mark];
    return plain(tree.value, pointer, pointers);
  }
  if (Array.isArray(tree)) return tree.map((item, index) => plain(item, `${pointer}/${index}`, pointers));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).filter(([, item]) => item !== undefined).map(([key, item]) => [key, plain(item, `${pointer}${pointerOf([key])}`, pointers)]));
}

function isSaid(tree: unknown): tree is Said {
  return typeof tree === 'object' && tree !== null && mark in tree;
}
