/** Calls and words that have one right place or none. */

import { isCode, isTest } from './rooms.ts';
import { dottedName, lineAt, nodesOf, type Finding, type SourceFile, type SyntaxNode } from './source-file.ts';

const clocks = /^(?:reconciler|agent|console)\/clock\.ts$/;
const mayReadEnvironment = /^(?:reconciler\/config(?:\/.*)?\.ts|agent\/config(?:\/.*)?\.ts|cli\/.*|bench\/.*|test\/.*)$/;

interface Ban {
  readonly what: string;
  readonly better: string;
  readonly allowed: (path: string) => boolean;
  readonly matches: (node: SyntaxNode) => boolean;
}

const outsideOfTheWorld = (path: string): boolean => clocks.test(path) || isTest(path) || path.startsWith('bench/');

const bans: readonly Ban[] = [
  ...['Date.now', 'performance.now'].map((name) => ({
    what: `${name} outside of a clock`, better: 'take a clock or `nowMs` as a parameter', allowed: outsideOfTheWorld,
    matches: (node: SyntaxNode) => node.type === 'MemberExpression' && dottedName(node) === name,
  })),
  {
    what: 'new Date() outside of a clock', better: 'take a clock or `nowMs` as a parameter', allowed: outsideOfTheWorld,
    matches: (node) => (node.type === 'NewExpression' || node.type === 'CallExpression') && dottedName(node['callee']) === 'Date' && isEmpty(node['arguments']),
  },
  {
    what: 'Math.random outside of a clock', better: 'take a random function as a parameter', allowed: outsideOfTheWorld,
    matches: (node) => node.type === 'MemberExpression' && dottedName(node) === 'Math.random',
  },
  {
    what: 'process.env outside of configuration', better: 'parse it in config.ts and hand the value in', allowed: (path) => mayReadEnvironment.test(path),
    matches: (node) => node.type === 'MemberExpression' && dottedName(node) === 'process.env',
  },
  {
    what: 'a test that is switched off or alone', better: 'mend it, delete it, or use skipIf with a [needs: …] tag', allowed: (path) => !isTest(path),
    matches: (node) => node.type === 'CallExpression' && /^(?:describe|it|test)\.(?:only|skip|todo|fails)$/.test(dottedName(node['callee']) ?? ''),
  },
];

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

export function checkCalls(file: SourceFile): readonly Finding[] {
  if (!isCode(file.path)) return [];
  const applying = bans.filter((ban) => !ban.allowed(file.path));
  return [...nodesOf(file.syntax)].flatMap((node) => applying.filter((ban) => ban.matches(node)).map(
    (ban) => ({ file: file.path, line: lineAt(file, node.start), what: ban.what, better: ban.better }),
  ));
}

// One letter in brackets each, so that this file does not find itself.
const words: readonly { readonly pattern: RegExp; readonly what: string; readonly better: string }[] = [
  { pattern: /\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/, what: 'work left for later', better: 'do it now or leave it out' },
  { pattern: /(?<![\w.:/-])\/(?:wor[k]|hom[e]|roo[t]|User[s])\//, what: 'a path of one machine', better: 'use a path within the repository, or one that is handed in' },
  { pattern: /['"`(]\/tm[p]\//, what: 'a fixed place for temporary files', better: 'use mkdtemp below os.tmpdir()' },
];

/** Words that no file of the repository may hold. */
export function checkWords(file: SourceFile): readonly Finding[] {
  return file.text.split('\n').flatMap((text, index) => words.filter((word) => word.pattern.test(text)).map(
    (word) => ({ file: file.path, line: index + 1, what: word.what, better: word.better }),
  ));
}
