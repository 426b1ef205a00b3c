/**
 * The line of a file that a problem is about, with a mark below it, as compilers show it.
 * Invariant: what looks like a secret is never quoted.
 */

import { clean } from './outside-text.ts';
import { widthOf } from './table.ts';

export interface Excerpt {
  readonly line: string;
  /** Cells before the mark. */
  readonly indent: number;
}

const longest = 160;
const before = 60;
/** Keys whose value is not shown; `value` is where old definitions keep what a property's name says. */
const secretKey = /(["']?)([\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|credential|token|(?:api|private|access|auth)[._-]?key|identity|username)[\w.-]*|(?:[\w.-]*[._-])?key|value)\1(\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]#][^,}\]#]*)/gi;
/** A password behind a user, or a lone user, which is often a token. */
const urlLogin = /(\/\/(?:[^\s/:@"']*:)?)[^\s/:@"']+(?=@)/g;
/** What is asked behind the path of an address. */
const urlQuery = /(:\/\/[^\s"'?]*\?)[^\s"']+/g;

/** Null when the place is unknown, or when the line might hold the middle of a secret. */
export function excerpt(text: string, line: number | null, column: number | null): Excerpt | null {
  if (line === null || column === null) return null;
  const whole = text.split(/\r?\n/)[line - 1];
  if (whole === undefined || whole.trim() === '' || !/[:[\]{}]/.test(whole)) return null;
  const hidden = withoutSecrets(whole);
  const at = column - 1;
  const start = hidden.length > longest ? Math.max(0, at - before) : 0;
  const shown = `${start > 0 ? '…' : ''}${hidden.slice(start, start + longest)}${hidden.length > start + longest ? '…' : ''}`;
  const left = `${start > 0 ? '…' : ''}${hidden.slice(start, at)}`;
  return { line: visible(shown), indent: widthOf(visible(left)) };
}

/** The same line, of the same length, with stars for what may be secret. */
export function withoutSecrets(line: string): string {
  const stars = (text: string): string => '*'.repeat(text.length);
  return line
    .replace(secretKey, (match: string, quote: string, key: string, colon: string) => {
      const kept = `${quote}${key}${quote}${colon}`;
      return kept + stars(match.slice(kept.length));
    })
    .replace(urlLogin, (match: string, kept: string) => kept + stars(match.slice(kept.length)))
    .replace(urlQuery, (match: string, kept: string) => kept + stars(match.slice(kept.length)));
}

function visible(text: string): string {
  return text.split('\t').map(clean).join('  ');
}
