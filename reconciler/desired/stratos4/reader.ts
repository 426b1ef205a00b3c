/**
 * Reads values as leniently as the old server did: numbers and truth values may be quoted, a lone value stands for a list
 * of one, null is the same as nothing, an unknown key is only a warning. What stays wrong is noted, and reading goes on.
 */

import { didYouMean } from '../../../schemas/nearest.ts';
import { pointerOf, stepsOf } from '../parse/pointer.ts';
import type { Node, Notes } from './notes.ts';
import { hidesSecret } from './taint.ts';

export interface Keys {
  readonly node: Node;
  /** What a key holds; undefined when it is not there or holds null. */
  at(key: string): Node | undefined;
}

/** More unknown keys than these in one place are counted, not told. */
const mostUnread = 20;

/**
 * @param known keys that are read.
 * @param ignored keys that the old server knew and that change nothing here.
 * @returns null, noted as an error, when the value has no keys.
 */
export function keysOf(node: Node, notes: Notes, known: readonly string[], ignored: readonly string[] = []): Keys | null {
  const { value, pointer } = node;
  if (!isKeys(value)) {
    notes.error(node, 'wrong-type', `found ${described(node)}; expected keys and values`);
    return null;
  }
  const unread = Object.keys(value).filter((key) => !known.includes(key) && !ignored.includes(key));
  if (unread.length > mostUnread) notes.warn(node, 'too-many-problems', `${unread.length - mostUnread} further keys are not read here`);
  for (const key of unread.slice(0, mostUnread)) {
    notes.warn({ value: null, pointer: `${pointer}${pointerOf([key])}`, at: 'key' }, 'unknown-key', `the key ${JSON.stringify(shortened(key))} is not read here${didYouMean(key, known)}`);
  }
  return {
    node,
    at(key) {
      const found = Object.hasOwn(value, key) ? value[key] : undefined;
      return found === undefined || found === null ? undefined : { value: found, pointer: `${pointer}${pointerOf([key])}` };
    },
  };
}

export function isKeys(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key that has to be there; a blank text counts as missing. */
export function required(keys: Keys, key: string, notes: Notes, what: string): Node | undefined {
  const found = keys.at(key);
  if (found !== undefined && !(typeof found.value === 'string' && found.value.trim() === '')) return found;
  notes.error(found ?? keys.node, 'missing-key', found === undefined ? `${JSON.stringify(key)} is missing: ${what}` : `${JSON.stringify(key)} is empty: ${what}`);
  return undefined;
}

/** The items of a list; nothing is an empty one. */
export function items(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  if (!Array.isArray(node.value)) return [node];
  return node.value.map((value: unknown, index) => ({ value, pointer: `${node.pointer}/${index}` })).filter(({ value }) => value !== null);
}

/** A text; a number or truth value is taken for one. Blank is nothing. */
export function text(node: Node | undefined, notes: Notes): string | undefined {
  if (node === undefined) return undefined;
  const { value } = node;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  notes.error(node, 'wrong-type', `found ${described(node)}; expected a text`);
  return undefined;
}

/** A number, quoted or not. */
export function number(node: Node | undefined, notes: Notes): number | undefined {
  if (node === undefined || (typeof node.value === 'string' && node.value.trim() === '')) return undefined;
  const { value } = node;
  const read = typeof value === 'number' ? value : typeof value === 'string' && /^\s*[+-]?[0-9]+(\.[0-9]+)?\s*$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isFinite(read)) return read;
  notes.error(node, 'wrong-type', `found ${described(node)}; expected a number`);
  return undefined;
}

/** A whole number within bounds, quoted or not. */
export function whole(node: Node | undefined, notes: Notes, { from, to }: { from: number; to: number }): number | undefined {
  const read = number(node, notes);
  if (node === undefined || read === undefined) return undefined;
  if (Number.isInteger(read) && read >= from && read <= to) return read;
  notes.error(node, 'invalid-value', `found ${described(node)}; expected a whole number from ${from} to ${to}`);
  return undefined;
}

/** A truth value, quoted or not. */
export function truth(node: Node | undefined, notes: Notes): boolean | undefined {
  if (node === undefined || node.value === '') return undefined;
  // An object may bring a `toString` of its own: only what is plain is read as words.
  const read = (typeof node.value === 'object' ? '' : String(node.value)).trim().toLowerCase();
  if (typeof node.value !== 'object' && (read === 'true' || read === 'false')) return read === 'true';
  notes.error(node, 'wrong-type', `found ${described(node)}; expected true or false`);
  return undefined;
}

/** One of a few words. */
export function oneOf<Word extends string>(node: Node | undefined, words: readonly Word[], notes: Notes): Word | undefined {
  const read = text(node, notes);
  if (node === undefined || read === undefined) return undefined;
  const found = words.find((word) => word === read.trim());
  if (found === undefined) notes.error(node, 'invalid-value', `found ${described(node)}; expected one of ${words.join(', ')}${didYouMean(read, words)}`);
  return found;
}

/** What stands there, in words; never what may be a secret. */
export function described({ value, pointer }: Node): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return value === null ? 'nothing' : 'keys and values';
  const inProperties = /\/propert(?:y|ies)\//.test(pointer);
  if (inProperties || stepsOf(pointer).some((step) => hidesSecret(step, value))) return `a ${typeof value === 'string' ? 'text' : typeof value} that is not shown`;
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : String(value);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
