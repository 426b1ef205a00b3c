/**
 * Text → one plain value per YAML document. js-yaml reads what is well formed, ten times as fast; what it refuses is read
 * again by `yaml`, which goes on after an error and so names every problem, and saves the other documents of the file.
 * JSON is YAML here. No tag is executed; a key that stands twice is an error; aliases and nesting are bounded.
 */

import { loadAll, YAMLException } from 'js-yaml';
import { isAlias, isScalar, parseAllDocuments, visit, type Document, type LineCounter } from 'yaml';
import type { FileProblem } from './parsed.ts';
import { linesOf, yamlOptions } from './position.ts';

export const limits = { depth: 50, aliases: 50, documents: 1000, values: 200_000 } as const;

export interface ReadValue {
  readonly index: number;
  readonly value: unknown;
}

export interface ReadDocuments {
  /** The documents that could be read. */
  readonly values: readonly ReadValue[];
  /** Documents in which nothing but keys that stand twice is wrong; the last of two counts. */
  readonly doubtful?: readonly ReadValue[];
  /** Why the others could not be read. */
  readonly problems: readonly FileProblem[];
}

export function readDocuments(text: string): ReadDocuments {
  if (tooManyDocuments(text)) return { values: [], problems: [fileProblem('too-many-documents', `the file has more than ${limits.documents} documents`)] };
  try {
    const values = loadAll(text, { maxDepth: limits.depth, maxAliases: limits.aliases }).map((value, index) => ({ index, value }));
    // An alias can stand for a whole tree: a few of them, nested, are a tree too large to walk.
    if (text.includes('*') && values.reduce((sum, { value }) => sum + countValues(value, limits.values), 0) > limits.values) {
      return { values: [], problems: [fileProblem('too-many-values', `its aliases stand for more than ${limits.values} values`)] };
    }
    return { values, problems: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return isLimit(error) || isDeep(text) ? { values: [], problems: [fromException(error)] } : readEach(text, error);
  }
}

function tooManyDocuments(text: string): boolean {
  return (text.match(/^---/gm)?.length ?? 0) > limits.documents || (text.match(/^\.\.\./gm)?.length ?? 0) > limits.documents;
}

function isLimit(error: YAMLException): boolean {
  return /exceeded/.test(error.reason);
}

/** The forgiving parser recurses: it must not see what only an attacker nests so deep. */
function isDeep(text: string): boolean {
  if (/(?:[-?:][ \t]+){60}/.test(text)) return true;
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > 4 * limits.depth) return true;
  }
  return false;
}

/** How many values a document holds when aliases are written out; stops counting above the limit. */
function countValues(root: unknown, limit: number): number {
  let count = 0;
  const stack: unknown[] = [root];
  while (stack.length > 0 && count <= limit) {
    const value = stack.pop();
    count++;
    if (typeof value === 'object' && value !== null) stack.push(...Object.values(value));
  }
  return count;
}

function readEach(text: string, reason: YAMLException): ReadDocuments {
  const lines = linesOf(text);
  const documents = [...parseAllDocuments(text, yamlOptions)] as Document.Parsed[];
  const values: ReadValue[] = [];
  const doubtful: ReadValue[] = [];
  const problems: FileProblem[] = [];
  for (const [index, document] of documents.entries()) {
    const found = problemsOf(document, index, lines);
    problems.push(...found);
    if (found.some(({ code }) => code !== 'duplicate-key')) continue;
    if (found.length === 0) values.push({ index, value: document.toJS({ maxAliasCount: limits.aliases }) as unknown });
    else doubtful.push(...doubtfulValue(document, index));
  }
  // What only the stricter parser refuses is refused: its word is the one that counts when all is well, too.
  return problems.length === 0 ? { values: [], problems: [fromException(reason)] } : { values, doubtful, problems };
}

function doubtfulValue(document: Document.Parsed, index: number): ReadValue[] {
  try {
    return [{ index, value: document.toJS({ maxAliasCount: limits.aliases }) as unknown }];
  } catch {
    return [];
  }
}

function problemsOf(document: Document.Parsed, index: number, lines: LineCounter): FileProblem[] {
  const problem = (code: string, message: string, offset: number): FileProblem => {
    const position = lines.linePos(offset);
    return { severity: 'error', code, message: sentence(message), line: position.line, column: position.col, document: index };
  };
  const found = duplicateKeys(document).map(({ key, offset }) => problem('duplicate-key', `the key ${JSON.stringify(key)} stands twice`, offset));
  // After its first error the parser guesses, so only that one is told.
  for (const error of [...document.errors.slice(0, 1), ...document.warnings]) {
    found.push(problem(error.code === 'TAG_RESOLVE_FAILED' ? 'unknown-tag' : 'syntax', error.message, error.pos[0]));
  }
  if (found.length > 0) return found;
  try {
    document.toJS({ maxAliasCount: limits.aliases });
    return [];
  } catch (error) {
    return [problem('syntax', error instanceof Error ? error.message : String(error), danglingAlias(document) ?? document.range[0])];
  }
}

/** At most 200 of them. */
function duplicateKeys(document: Document.Parsed): { key: string; offset: number }[] {
  const found: { key: string; offset: number }[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const text = String(key.value);
        if (seen.has(text)) found.push({ key: text.slice(0, 60), offset: key.range?.[0] ?? 0 });
        seen.add(text);
      }
      return found.length < 200 ? undefined : visit.BREAK;
    },
  });
  return found.slice(0, 200);
}

function danglingAlias(document: Document.Parsed): number | null {
  let offset: number | null = null;
  visit(document, {
    Alias(_key, node) {
      if (!isAlias(node) || node.resolve(document) !== undefined) return undefined;
      offset = node.range?.[0] ?? null;
      return visit.BREAK;
    },
  });
  return offset;
}

function fromException(error: YAMLException): FileProblem {
  const code = isLimit(error) ? 'too-deep' : /duplicated/.test(error.reason) ? 'duplicate-key' : /tag/.test(error.reason) ? 'unknown-tag' : 'syntax';
  const mark = error.mark;
  return { severity: 'error', code, message: sentence(error.reason), line: mark === undefined ? null : mark.line + 1, column: mark === undefined ? null : mark.column + 1, document: null };
}

/** The parser's first line without the excerpt: an excerpt might quote a secret. */
function sentence(message: string): string {
  const first = (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
  return first.charAt(0).toLowerCase() + first.slice(1);
}

function fileProblem(code: string, message: string): FileProblem {
  return { severity: 'error', code, message, line: null, column: null, document: null };
}
