/** The budget of size and the names that say nothing. */

import path from 'node:path';
import { isCode, isGenerated, isSource, isTest } from './rooms.ts';
import { lineAt, lineCount, nodesOf, type Finding, type SourceFile } from './source-file.ts';

export const limits = { fileLines: 300, testFileLines: 400, functionLines: 60, medianLines: 80 };

const emptyNames = new Set(['types', 'type', 'utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared', 'lib']);
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function checkBudget(file: SourceFile): readonly Finding[] {
  if (!isCode(file.path) || isGenerated(file.path)) return [];
  return [...checkName(file), ...checkLength(file), ...(isTest(file.path) ? [] : checkFunctions(file))];
}

function checkName(file: SourceFile): readonly Finding[] {
  const name = path.posix.basename(file.path).replace(/\..*$/, '');
  if (!emptyNames.has(name)) return [];
  return [{ file: file.path, line: 1, what: `a file named ${name} says nothing`, better: 'name it after the one thing that it owns' }];
}

function checkLength(file: SourceFile): readonly Finding[] {
  const limit = isTest(file.path) ? limits.testFileLines : limits.fileLines;
  const lines = lineCount(file);
  if (lines <= limit) return [];
  return [{ file: file.path, line: limit + 1, what: `${lines} lines, at most ${limit}`, better: 'split it where its header needs an "and"' }];
}

function checkFunctions(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  for (const node of nodesOf(file.syntax)) {
    if (!functions.has(node.type)) continue;
    const first = lineAt(file, node.start);
    const lines = lineAt(file, node.end) - first + 1;
    if (lines <= limits.functionLines) continue;
    findings.push({
      file: file.path,
      line: first,
      what: `a function of ${lines} lines, at most ${limits.functionLines}`,
      better: 'give its steps names and let it call them in order',
    });
  }
  return findings;
}

/** The median length of the source files, in lines. */
export function medianLines(files: readonly SourceFile[]): number {
  const lengths = files.filter((file) => isSource(file.path)).map(lineCount);
  lengths.sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}
