/** Line and column of what is shown, looked up from the text when somebody asks: the hot path never pays for it. */

import type { SourceName } from '../schemas/ids.ts';
import type { Source } from './contracts/source.ts';
import { locator, type Locator } from './desired/parse/position.ts';
import type { Origin, Problem } from './model/problem.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Positions {
  of(origin: Origin): Promise<Place | null>;
  /** Fills in the lines of problems that know only their pointer. `within` says at which revision, and in which document of its file, each stands. */
  place(problems: readonly Problem[], within: (problem: Problem) => { readonly revision: string | null; readonly document: number }): Promise<readonly Problem[]>;
}

/** Files whose places were asked for lately. */
const keptFiles = 64;

export function createPositions(sourceOf: (name: SourceName) => Source | null): Positions {
  const kept = new Map<string, Promise<Locator | null>>();

  function locate(source: SourceName, revision: string, path: string): Promise<Locator | null> {
    const key = `${source} ${revision} ${path}`;
    const known = kept.get(key);
    if (known) return known;
    const reading = read(source, revision, path).catch(() => null);
    kept.set(key, reading);
    if (kept.size > keptFiles) kept.delete(kept.keys().next().value!);
    return reading;
  }

  async function read(name: SourceName, revision: string, path: string): Promise<Locator | null> {
    const snapshot = await sourceOf(name)?.at(revision);
    if (!snapshot || 'failed' in snapshot) return null;
    const bytes = await snapshot.read(path);
    return 'refused' in bytes ? null : locator(new TextDecoder().decode(bytes));
  }

  const of = async ({ source, revision, path, document, pointer }: Origin): Promise<Place | null> =>
    (await locate(source, revision, path))?.positionOf(document, pointer) ?? null;

  return {
    of,
    async place(problems, within) {
      return Promise.all(problems.map(async (problem) => {
        const { revision, document } = within(problem);
        if (problem.line !== null || problem.pointer === undefined || revision === null) return problem;
        const place = await of({ source: problem.source, revision, path: problem.file, document, pointer: problem.pointer });
        return place ? { ...problem, ...place } : problem;
      }));
    },
  };
}
