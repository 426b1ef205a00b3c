/** One file as the tidy checks see it: its text, its lines, and, for code, its syntax tree with positions. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';

/** A node of the ESTree that the parser yields; only what the checks look at is named. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Null for what is not code. */
  readonly syntax: SyntaxNode | null;
}

/** What a check found: where, what is wrong, and the better way. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly better: string;
}

export function printFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}: ${finding.what}; ${finding.better}`;
}

const languages: Readonly<Record<string, 'ts' | 'tsx' | 'js'>> = { '.ts': 'ts', '.tsx': 'tsx', '.mjs': 'js', '.js': 'js' };
const notOurs = new Set(['node_modules', '.git', '.types', '.stratos', 'dist']);
const readable = /\.(?:tsx?|m?js|json|ya?ml|md|sh|css|html)$|\/(?:run|Dockerfile)$/;

export function sourceFile(name: string, text: string): SourceFile {
  const lang = languages[path.extname(name)];
  const syntax = lang === undefined ? null : (parseAst(text, { lang }, name) as unknown as SyntaxNode);
  return { path: name, text, syntax };
}

/** Every text file of the repository but what tools make and what packages bring. */
export function readRepository(root: string): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory() && !notOurs.has(entry.name)) walk(name);
      if (entry.isFile() && readable.test(`/${name}`) && name !== 'package-lock.json') found.push(sourceFile(name, readFileSync(path.join(root, name), 'utf8')));
    }
  };
  walk('');
  return found;
}

/** The 1-based line of an offset. */
export function lineAt(file: SourceFile, offset: number): number {
  let line = 1;
  for (let at = file.text.indexOf('\n'); at !== -1 && at < offset; at = file.text.indexOf('\n', at + 1)) line += 1;
  return line;
}

export function lineCount(file: SourceFile): number {
  return file.text.replace(/\n$/, '').split('\n').length;
}

/** Every node below and including this one, parents first. */
export function* nodesOf(node: SyntaxNode | null): Generator<SyntaxNode> {
  if (node === null) return;
  yield node;
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) yield* nodesOf(child);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** `a.b` of a member access of plain names, else null. */
export function dottedName(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression') return null;
  const object = dottedName(node['object']);
  const property = node['property'];
  if (object === null || !isNode(property)) return null;
  if (node['computed'] === true) return typeof property['value'] === 'string' ? `${object}.${property['value']}` : null;
  return `${object}.${String(property['name'])}`;
}
