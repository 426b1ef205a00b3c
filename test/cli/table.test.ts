/** Tables and wrapped lines, to the cell. */

import { describe, expect, it } from 'vitest';
import { padded, table, widthOf, wrapped, type Column, type TableOptions } from '../../cli/table.ts';
import { plainPaint } from '../../cli/terminal.ts';

interface Row { readonly id: string; readonly text: string; readonly more: string }

const columns: readonly Column<Row>[] = [
  { title: 'ID', text: ({ id }) => id, whole: true },
  { title: 'TEXT', text: ({ text }) => text },
  { title: 'MORE', text: ({ more }) => more, wide: true },
];
const rows: readonly Row[] = [{ id: 'shop-web-0', text: 'a rather long explanation', more: 'x' }, { id: '日本', text: 'short', more: 'y' }];
const options = (of: Partial<TableOptions>): TableOptions => ({ wide: false, columns: null, paint: plainPaint, ...of });

describe('a table', () => {
  it('is as wide as its cells when a program reads', () => {
    expect(table(rows, columns, options({}))).toBe(['ID          TEXT', 'shop-web-0  a rather long explanation', '日本        short'].join('\n'));
  });

  it('cuts what is not to be copied, and never below what can be read', () => {
    const narrow = table(rows, columns, options({ columns: 24 }));
    expect(narrow.split('\n')).toEqual(['ID          TEXT', 'shop-web-0  a rather lo…', '日本        short']);
    expect(Math.max(...narrow.split('\n').map(widthOf))).toBe(24);
    expect(table(rows, columns, options({ columns: 5 })).split('\n')[1]).toBe('shop-web-0  a rathe…');
  });

  it('shows all columns whole when it is wide', () => {
    expect(table(rows, columns, options({ columns: 10, wide: true })).split('\n')[1]).toBe('shop-web-0  a rather long explanation  x');
  });

  it('paints cells without moving them', () => {
    const painted = table(rows, [{ title: 'ID', text: ({ id }) => id, paint: (text, _row, paint) => paint('red', text) }, ...columns.slice(1)], options({ paint: (style, text) => (style === 'red' ? `<${text}>` : text) }));
    expect(painted.split('\n')[2]).toBe('<日本      >  short');
  });
});

describe('text in cells', () => {
  it('counts what a terminal takes', () => {
    expect(['abc', '日本', 'é', '👩‍👩‍👧', '\u001B[31mred\u001B[0m'].map(widthOf)).toEqual([3, 4, 1, 2, 3]);
    expect(padded('日本語', 4)).toBe('日… ');
  });

  it('wraps between words, later lines indented', () => {
    expect(wrapped('one two three four', 11, 4)).toBe('one two\n    three\n    four');
    expect(wrapped('one two', null, 4)).toBe('one two');
  });
});
