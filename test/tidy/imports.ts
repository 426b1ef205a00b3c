/** Who imports whom, types included: one way between the rooms, and never in a circle. */

import path from 'node:path';
import { importableFrom, isAllowed, isCode, roomOf } from './rooms.ts';
import { isNode, lineAt, nodesOf, type Finding, type SourceFile } from './source-file.ts';

export interface Import {
  readonly from: string;
  /** The imported file, from the root of the repository. */
  readonly to: string;
  readonly line: number;
  readonly lazy: boolean;
}

const importing = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType']);

/** Imports of our own files: static, of types, re-exports and `import()`. Packages are left out. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  for (const node of nodesOf(file.syntax)) {
    const source = node['source'];
    if (!importing.has(node.type) || !isNode(source) || typeof source['value'] !== 'string' || !source['value'].startsWith('.')) continue;
    found.push({
      from: file.path,
      to: path.posix.normalize(path.posix.join(path.posix.dirname(file.path), source['value'])),
      line: lineAt(file, node.start),
      lazy: node.type === 'ImportExpression',
    });
  }
  return found;
}

export function checkDirections(imports: readonly Import[]): readonly Finding[] {
  return imports.filter((one) => !isAllowed(one)).map((one) => ({
    file: one.from,
    line: one.line,
    what: `${roomOf(one.from)} imports ${roomOf(one.to)} (${one.to})`,
    better: `it may import ${importableFrom(one.from)}: put what both need into one of those, or hand it in`,
  }));
}

/** One finding per circle, with its way round. */
export function checkCycles(imports: readonly Import[]): readonly Finding[] {
  const next = new Map<string, Import[]>();
  for (const one of imports) {
    const known = next.get(one.from) ?? [];
    if (isCode(one.from) && !known.some(({ to }) => to === one.to)) next.set(one.from, [...known, one]);
  }
  const done = new Set<string>();
  const findings: Finding[] = [];
  const visit = (file: string, trail: readonly Import[]): void => {
    const back = trail.findIndex((step) => step.from === file);
    if (back !== -1) findings.push(circle(trail.slice(back)));
    if (back !== -1 || done.has(file)) return;
    for (const step of next.get(file) ?? []) visit(step.to, [...trail, step]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return findings;
}

function circle(steps: readonly Import[]): Finding {
  const names = [...steps.map((step) => step.from), steps[0]?.from];
  return {
    file: steps[0]?.from ?? '',
    line: steps[0]?.line ?? 0,
    what: `import cycle ${names.join(' → ')}`,
    better: 'move what both need into a file that imports neither (types count)',
  };
}
