/** Tables for terminals: columns as wide as what stands in them, cut to fit, the last one free. */

import { stripVTControlCharacters } from 'node:util';
import type { Paint } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  /** Clean text. */
  readonly text: (row: Row) => string;
  /** Styles the text, which keeps its width. */
  readonly paint?: (text: string, row: Row, paint: Paint) => string;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** Never cut: what people copy. */
  readonly whole?: boolean;
}

export interface TableOptions {
  readonly wide: boolean;
  /** Null: nothing is cut. */
  readonly columns: number | null;
  readonly paint: Paint;
}

const gap = 2;
/** A column is never cut below this. */
const narrowest = 8;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const twoCells = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): string {
  const shown = columns.filter((column) => options.wide || column.wide !== true);
  const cells = rows.map((row) => shown.map((column) => column.text(row)));
  const wanted = shown.map((column, index) => Math.max(...[column.title, ...cells.map((row) => row[index] ?? '')].map(widthOf)));
  // What is wide is asked for whole: it may run over the edge.
  const widths = fit(wanted, shown.map(({ whole }) => whole === true), options.wide ? null : options.columns);
  const head = options.paint('dim', line(shown.map((column, index) => padded(column.title, widths[index] ?? 0))));
  const body = rows.map((row, at) => line(shown.map((column, index) => {
    const cell = padded(cells[at]?.[index] ?? '', widths[index] ?? 0);
    return column.paint?.(cell, row, options.paint) ?? cell;
  })));
  return [head, ...body].join('\n');
}

function line(cells: readonly string[]): string {
  return cells.join(' '.repeat(gap)).trimEnd();
}

/** Takes from the widest column that may be cut until the table fits. */
function fit(widths: readonly number[], whole: readonly boolean[], columns: number | null): readonly number[] {
  const fitted = [...widths];
  if (columns === null) return fitted;
  let excess = fitted.reduce((sum, width) => sum + width, gap * (fitted.length - 1)) - columns;
  while (excess > 0) {
    const width = Math.max(0, ...fitted.filter((_, index) => whole[index] !== true));
    const widest = fitted.findIndex((one, index) => one === width && whole[index] !== true);
    if (width <= narrowest) break;
    fitted[widest] = width - 1;
    excess -= 1;
  }
  return fitted;
}

/** The text in exactly that many cells: cut with an ellipsis, or filled up. */
export function padded(text: string, width: number): string {
  const missing = width - widthOf(text);
  if (missing >= 0) return text + ' '.repeat(missing);
  let kept = '';
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    cells += cellsOf(segment);
    if (cells > width - 1) break;
    kept += segment;
  }
  return padded(`${kept}…`, width);
}

/** Words on lines of at most that many cells, the later ones indented. A word that is longer stands alone. */
export function wrapped(text: string, columns: number | null, indent: number): string {
  if (columns === null) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const room = columns - (lines.length > 1 ? 0 : indent);
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${lines.length > 0 ? ' '.repeat(indent) : ''}${word}`);
  }
  return lines.join('\n');
}

/** How many cells a terminal takes for a text. */
export function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[\u0020-\u007E]*$/.test(plain)) return plain.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(plain)) cells += cellsOf(segment);
  return cells;
}

function cellsOf(grapheme: string): number {
  return twoCells.test(grapheme) ? 2 : 1;
}
