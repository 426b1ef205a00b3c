/** Where a command prints: the document on stdout, everything else on stderr; colours only for eyes. */

import { styleText } from 'node:util';
import { clean } from './outside-text.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Puts a style on text that is already clean. */
export type Paint = (style: Style, text: string) => string;

export interface Terminal {
  /** Columns to fit tables into; null when a program reads, which gets everything. */
  readonly columns: number | null;
  readonly paint: Paint;
  /** Part of the document: stdout, with a line end. */
  print(text: string): void;
  /** For people beside the document: stderr, cleaned, with a line end. */
  say(text: string): void;
  /** Wipes the screen before it is drawn again; nothing when a program reads. */
  wipe(): void;
}

export const plainPaint: Paint = (_style, text) => text;

/** The terminal of this process. A reader that goes away ends the command quietly, as `head` expects. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colours = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    get columns() { return stdout.isTTY ? stdout.columns : null; },
    paint: colours ? (style, text) => styleText(style, text, { validateStream: false }) : plainPaint,
    print: (text) => { stdout.write(`${text}\n`); },
    say: (text) => { stderr.write(`${text.split('\n').map(clean).join('\n')}\n`); },
    wipe: () => { if (stdout.isTTY) stdout.write('\u001B[H\u001B[J'); },
  };
}
