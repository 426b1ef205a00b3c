/** What is found while an old document is read: findings in reading order, bounded. Pointers lead into the old document. */

import type { Finding } from '../parse/parsed.ts';

/** One value of an old document, and where it stands. */
export interface Node {
  readonly value: unknown;
  /** JSON pointer in the old document. */
  readonly pointer: string;
  /** Whether the key is meant, or what it holds; when left out, a single value is meant itself, anything larger by its key. */
  readonly at?: 'key' | 'value';
}

export interface Notes {
  readonly findings: readonly Finding[];
  error(at: Node, code: string, message: string, hint?: string): void;
  warn(at: Node, code: string, message: string, hint?: string): void;
  info(at: Node, code: string, message: string, hint?: string): void;
}

/** More than these of one document are counted, not told. */
const mostFindings = 200;

export function createNotes(): Notes {
  const findings: Finding[] = [];
  let left = 0;
  const add = (severity: 'warning' | 'info' | undefined, node: Node, code: string, message: string, hint?: string): void => {
    if (findings.length >= mostFindings) {
      left += 1;
      findings[mostFindings - 1] = { code: 'too-many-problems', pointer: '', at: 'key', message: `${left + 1} further problems are not shown` };
      return;
    }
    const at = node.at ?? (typeof node.value === 'object' && node.value !== null ? 'key' : 'value');
    findings.push({ code, pointer: node.pointer, at, message, ...(severity === undefined ? {} : { severity }), ...(hint === undefined ? {} : { hint }) });
  };
  return {
    findings,
    error: (at, code, message, hint) => add(undefined, at, code, message, hint),
    warn: (at, code, message, hint) => add('warning', at, code, message, hint),
    info: (at, code, message, hint) => add('info', at, code, message, hint),
  };
}
