/** Line and column of a place in a document: looked up from the text when someone asks, never stored for every value. */

import { isCollection, isMap, isPair, isScalar, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { stepsOf } from './pointer.ts';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Where the lines of a text begin. The parser's own count leaves out lines after an error. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
  return lines;
}

/** Finds places in one text, parsing it once. */
export interface Locator {
  /**
   * Where a JSON pointer leads: its key, or what it holds; without `at`, what it holds when that is a single value, else its key.
   * A pointer that leads nowhere gives its deepest ancestor that is there.
   * Null when the file has no such document.
   */
  positionOf(documentIndex: number, pointer: string, at?: 'key' | 'value'): Position | null;
}

// The library's own search for keys that stand twice takes quadratic time; `read.ts` has one that does not.
export const yamlOptions = { version: '1.2', uniqueKeys: false, logLevel: 'error', strict: true } as const;

/** @returns a locator that parses the text at the first question. */
export function locator(text: string): Locator {
  let parsed: { documents: readonly Document.Parsed[]; lines: LineCounter } | null = null;
  const parse = (): { documents: readonly Document.Parsed[]; lines: LineCounter } => {
    return { documents: [...parseAllDocuments(text, yamlOptions)] as Document.Parsed[], lines: linesOf(text) };
  };
  return {
    positionOf(documentIndex, pointer, at) {
      parsed ??= parse();
      const document = parsed.documents[documentIndex];
      if (document === undefined) return null;
      const position = parsed.lines.linePos(offsetOf(document, stepsOf(pointer), at));
      return { line: Math.max(1, position.line), column: Math.max(1, position.col) };
    },
  };
}

/** Line and column of a JSON pointer in a document of a text. */
export function positionOf(text: string, documentIndex: number, pointer: string, at?: 'key' | 'value'): Position | null {
  return locator(text).positionOf(documentIndex, pointer, at);
}

function offsetOf(document: Document.Parsed, steps: readonly string[], at: 'key' | 'value' | undefined): number {
  let node: Node | null = document.contents;
  let key = node?.range?.[0] ?? document.range[0];
  let value = key;
  for (const step of steps) {
    const child = childOf(node, step);
    if (child === null) return key;
    key = child.key ?? child.value?.range?.[0] ?? key;
    value = child.value?.range?.[0] ?? key;
    node = child.value;
  }
  return (at ?? (isScalar(node) ? 'value' : 'key')) === 'key' ? key : value;
}

function childOf(node: Node | null, step: string): { key: number | null; value: Node | null } | null {
  if (isMap(node)) {
    // Of a key that stands twice, the last one counts.
    const pair = node.items.findLast((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step);
    if (pair === undefined) return null;
    return { key: (pair.key as Node).range?.[0] ?? null, value: pair.value as Node | null };
  }
  if (!isCollection(node) || !/^[0-9]{1,7}$/.test(step)) return null;
  const item = node.items[Number(step)];
  return item === undefined ? null : { key: null, value: item as Node };
}
