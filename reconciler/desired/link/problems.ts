/** All problems as one list without repetitions, in the order of files, and which applications each error holds. */

import type { ApplicationId } from '../../../schemas/ids.ts';
import type { DesiredApplication } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import { domainClashes } from './checks/domain-mapping.ts';
import type { LinkInput } from './input.ts';
import { clashes, type Entry } from './registry.ts';
import type { Internals, ReadSource, Unit } from './state.ts';

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

export function allProblems(input: LinkInput, internals: Internals, linked: readonly (readonly [ApplicationId, Unit])[], held: ReadonlyMap<ApplicationId, DesiredApplication>): Problem[] {
  const all = new Map<string, Problem>();
  const holds = new Map<string, Set<ApplicationId>>();
  const add = (problem: Problem): void => void all.set(keyOf(problem), all.get(keyOf(problem)) ?? problem);
  for (const { source, files } of internals.sources) {
    for (const [path, reason] of source.unreadable) add(unreadable(source.name, path, reason));
    for (const { read } of files.values()) for (const problem of read.problems) add(problem);
  }
  const mappings: Entry[] = [];
  for (const entries of internals.registry.values()) {
    if (entries.length > 1) clashes(entries).forEach(add);
    if (entries[0]?.kind === 'DomainMapping') mappings.push(...entries);
  }
  domainClashes(mappings).forEach(add);
  for (const { problems } of internals.units.values()) problems.forEach(add);
  const hold = (problem: Problem, id: ApplicationId): void => void holds.set(keyOf(problem), (holds.get(keyOf(problem)) ?? new Set()).add(id));
  for (const [id, { blockers }] of linked) for (const problem of blockers) hold(problem, id);
  for (const [id, { heldBy }] of held) for (const problem of heldBy) hold(problem, id);
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
