/** All problems as one list without repetitions, in the order of files, and which applications each error holds. */

import type { ApplicationId } from '../../../schemas/ids.ts';
import type { DesiredApplication } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import { domainClashes } from './checks/domain-mapping.ts';
import type { LinkInput } from './input.ts';
import { clashes } from './registry.ts';
import type { Internals, ReadSource } from './state.ts';

/** Why the documents of a path, or some of them, are not known; empty when all of it was read. */
export function readingProblems({ source, files }: ReadSource, path: string): Problem[] {
  const reason = source.unreadable.get(path);
  if (reason !== undefined) return [unreadable(source.name, path, reason)];
  const read = files.get(path);
  return read?.file.unreadable === true ? read.read.problems.filter(({ severity }) => severity === 'error') : [];
}

function unreadable(source: Problem['source'], file: string, reason: string): Problem {
  return { severity: 'error', code: 'unreadable-file', message: reason, source, file, line: null, column: null };
}

export function allProblems(input: LinkInput, { sources, registry, units, troubled, clashing }: Omit<Internals, 'vanished'>, vanished: ReadonlyMap<ApplicationId, DesiredApplication>): Problem[] {
  const all = new Map<string, Problem>();
  const holds = new Map<string, Set<ApplicationId>>();
  const add = (problem: Problem): void => {
    const key = keyOf(problem);
    if (!all.has(key)) all.set(key, problem);
  };
  const hold = (problem: Problem, id: ApplicationId): void => {
    const key = keyOf(problem);
    const held = holds.get(key);
    if (held === undefined) holds.set(key, new Set([id]));
    else held.add(id);
  };
  for (const { source, troubledFiles } of sources) {
    for (const [path, reason] of source.unreadable) add(unreadable(source.name, path, reason));
    for (const { read } of troubledFiles.values()) read.problems.forEach(add);
  }
  for (const ref of clashing) clashes(registry.get(ref) ?? []).forEach(add);
  domainClashes([...registry.ofKind('DomainMapping')].flat()).forEach(add);
  for (const ref of troubled) {
    const { id = null, problems = [], blockers = [] } = units.get(ref) ?? {};
    problems.forEach(add);
    if (id !== null) for (const problem of blockers) hold(problem, id);
  }
  for (const [id, { heldBy }] of vanished) for (const problem of heldBy) hold(problem, id);
  const order = new Map(input.sources.map(({ name }, index) => [name, index]));
  return [...all]
    .map(([key, problem]): Problem => {
      const applications = holds.get(key);
      return applications === undefined ? problem : { ...problem, applications: [...applications].sort() };
    })
    .toSorted((a, b) => (order.get(a.source) ?? 0) - (order.get(b.source) ?? 0) || compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || compare(a.pointer ?? '', b.pointer ?? ''));
}

/** One error that many applications meet is one problem. */
function keyOf({ source, file, document, pointer, code, message, line, column }: Problem): string {
  return [source, file, document, pointer, code, message, line, column].join('\u0000');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
