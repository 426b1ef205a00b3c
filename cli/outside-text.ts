/**
 * Text from outside on its way to a terminal: nothing in it may move the cursor, colour, hide or reorder what is shown.
 * Everything that a command prints and did not write itself goes through here.
 */

import { stripVTControlCharacters } from 'node:util';

const controls = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g;
/** Marks that reorder or hide text: bidirectional controls, zero widths, tags. */
const hidden = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/gu;
const unsafeInJson = /[\u007F-\u009F\u2028\u2029\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

/** One line of plain text. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(controls, ' ').replace(hidden, '');
}

/** The same value with every string in it, keys too, cleaned. */
export function cleanAll<Value>(value: Value): Value {
  return cleaned(value) as Value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), cleaned(member)]));
}

/** JSON that keeps every character, the dangerous ones as escapes. */
export function safeJson(value: unknown, indent: number): string {
  return escapeUnsafe(JSON.stringify(value, null, indent) ?? 'null');
}

/** Whether a text holds characters that must not reach a terminal as they are. */
export function isUnsafe(text: string): boolean {
  return text.search(unsafeInJson) !== -1;
}

/** Dangerous characters as the escapes of JSON, which YAML's double-quoted scalars share. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafeInJson, (character) => Array.from(
    { length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join(''));
}
