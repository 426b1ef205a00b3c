/** The line on which each document of a file begins, without parsing the text a second time where that can be told from its separators. */

import type { Locator } from './position.ts';

/** @param count how many documents the text holds, empty ones included. */
export function documentLines(text: string, count: number, places: Locator): (index: number) => number {
  let known: readonly number[] | null | undefined;
  return (index) => {
    known ??= fromSeparators(text, count);
    return known?.[index] ?? places.positionOf(index, '')?.line ?? 1;
  };
}

function fromSeparators(text: string, count: number): readonly number[] | null {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.some((line) => line.startsWith('...') || line.startsWith('%'))) return null;
  const starts = [0, ...lines.flatMap((line, index) => (/^---(?:\s|$)/.test(line) ? [index] : []))];
  const bodies = starts.map((start, position) => contentLine(lines, start, starts[position + 1] ?? lines.length, position > 0));
  // Before the first separator there is a document only when something stands there.
  const documents = bodies[0] === null ? bodies.slice(1) : bodies;
  return documents.length === count ? documents.map((line, index) => (line ?? starts[index + starts.length - count] ?? 0) + 1) : null;
}

/** The first line that is neither empty nor a comment; the separator's own line when something stands behind it. */
function contentLine(lines: readonly string[], start: number, end: number, separated: boolean): number | null {
  for (let index = start; index < end; index++) {
    const line = separated && index === start ? (lines[index] ?? '').slice(3) : (lines[index] ?? '');
    if (/^\s*[^\s#]/.test(line)) return index;
  }
  return null;
}
