/** How one commit follows from another. Both histories are walked in turns, so that near relatives are found at once. */

import type { ObjectId } from '../../../schemas/ids.ts';
import { GitFailure, type GitRepository } from '../../contracts/git.ts';
import type { Lineage } from '../../contracts/source.ts';
import { isObjectId } from '../../git/reference.ts';

const commitsMax = 2_000;

/** `unrelated` also when nothing was found within 2,000 commits, or the older commit is not here: not knowing removes nothing. */
export async function lineageOf(repository: GitRepository, since: string | undefined, revision: ObjectId): Promise<Lineage> {
  if (since === undefined) return 'first';
  if (since === revision) return 'same';
  return isObjectId(since) ? walkedLineage(repository, since as ObjectId, revision) : 'unrelated';
}

async function walkedLineage(repository: GitRepository, since: ObjectId, revision: ObjectId): Promise<Lineage> {
  const current = new Walk(repository, revision);
  const old = new Walk(repository, since);
  while (current.seen.size + old.seen.size < commitsMax) {
    if (current.seen.has(since)) return 'ahead';
    const [moved, movedOld] = [await current.step(), await old.step()];
    if (!moved && !movedOld) break;
  }
  if (current.seen.has(since)) return 'ahead';
  for (const commit of old.seen) if (current.seen.has(commit)) return 'rewritten';
  return 'unrelated';
}

class Walk {
  readonly seen = new Set<ObjectId>();
  #edge: ObjectId[];
  readonly #repository: GitRepository;

  constructor(repository: GitRepository, start: ObjectId) {
    this.#repository = repository;
    this.#edge = [start];
    this.seen.add(start);
  }

  /** Goes one generation back; false when there is none. */
  async step(): Promise<boolean> {
    const parents = await Promise.all(this.#edge.map((commit) => this.#parentsOf(commit)));
    this.#edge = [...new Set(parents.flat())].filter((parent) => !this.seen.has(parent));
    for (const parent of this.#edge) this.seen.add(parent);
    return this.#edge.length > 0;
  }

  async #parentsOf(commit: ObjectId): Promise<readonly ObjectId[]> {
    try {
      return (await this.#repository.commit(commit)).parents;
    } catch (error) {
      // The history may be shallow, or cut by housekeeping: it ends here.
      if (error instanceof GitFailure && error.code === 'missing-object') return [];
      throw error;
    }
  }
}
