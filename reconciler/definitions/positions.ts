/** Line and column of what is shown, looked up from the text when somebody asks: the hot path never pays for it. */

import type { SourceName } from '../../schemas/ids.ts';
import type { Source } from '../contracts/source.ts';
import { locator, type Locator } from '../desired/parse/position.ts';
import type { Origin, Problem } from '../model/problem.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Positions {
  of(origin: Origin): Promise<Place | null>;
  /** Fills in the lines of problems that know only their pointer. */
  place(problems: readonly Problem[], originOf: (problem: Problem) => Origin | null): Promise<readonly Problem[]>;
}

/** Files whose places were asked for lately. */
const keptFiles = 64;

/** @param sourceOf a source and the revision that it stands at. */
export function createPositions(sourceOf: (name: SourceName) => { readonly source: Source; readonly revision: string | null } | null): Positions {
  const kept = new Map<string, Promise<Locator | null>>();

  function locate(name: SourceName, revision: string, path: string): Promise<Locator | null> {
    const key = `${name} ${revision} ${path}`;
    const known = kept.get(key);
    if (known) return known;
    const reading = read(name, revision, path).catch(() => null);
    kept.set(key, reading);
    if (kept.size > keptFiles) kept.delete(kept.keys().next().value!);
    return reading;
  }

  async function read(name: SourceName, revision: string, path: string): Promise<Locator | null> {
    const snapshot = await sourceOf(name)?.source.at(revision);
    if (!snapshot || 'failed' in snapshot) return null;
    const bytes = await snapshot.read(path);
    return 'refused' in bytes ? null : locator(new TextDecoder().decode(bytes));
  }

  async function of({ source, revision, path, document, pointer }: Origin): Promise<Place | null> {
    // A revision may be gone, after a force push or from a folder that goes on being edited: then what stands there now is shown.
    const current = sourceOf(source)?.revision ?? revision;
    const text = (await locate(source, revision, path)) ?? (await locate(source, current, path));
    return text?.positionOf(document, pointer) ?? null;
  }

  return {
    of,
    place: (problems, originOf) => Promise.all(problems.map(async (problem) => {
      const origin = problem.line === null && problem.pointer !== undefined ? originOf(problem) : null;
      const place = origin && (await of(origin));
      return place ? { ...problem, ...place } : problem;
    })),
  };
}
