/** What differs between two trees, by walking both; subtrees with equal ids are never opened. */

import type { ObjectId } from '../../schemas/ids.ts';
import type { GitRepository, GitTreeEntry } from '../contracts/git.ts';

export interface TreeChange {
  readonly change: 'added' | 'changed' | 'removed';
  /** Relative to the trees that are compared, with `/`. */
  readonly path: string;
  readonly before: GitTreeEntry | null;
  readonly after: GitTreeEntry | null;
}

/** Entries that are no trees and were added, changed (content or kind) or removed. A null tree is an empty one. @throws GitFailure as `GitRepository.tree` does. */
export async function* diffTrees(
  repository: GitRepository, before: ObjectId | null, after: ObjectId | null, under = '',
): AsyncGenerator<TreeChange, void, void> {
  if (before === after) return;
  const [old, current] = await Promise.all([entriesOf(repository, before), entriesOf(repository, after)]);
  const names = new Set([...old.keys(), ...current.keys()]);
  for (const name of [...names].sort()) {
    const was = old.get(name) ?? null;
    const is = current.get(name) ?? null;
    if (was?.id === is?.id && was?.kind === is?.kind) continue;
    const path = under === '' ? name : `${under}/${name}`;
    const wasLeaf = was?.kind === 'tree' ? null : was;
    const isLeaf = is?.kind === 'tree' ? null : is;
    if (wasLeaf || isLeaf) {
      yield { change: wasLeaf ? (isLeaf ? 'changed' : 'removed') : 'added', path, before: wasLeaf, after: isLeaf };
    }
    yield* diffTrees(repository, was?.kind === 'tree' ? was.id : null, is?.kind === 'tree' ? is.id : null, path);
  }
}

async function entriesOf(repository: GitRepository, tree: ObjectId | null): Promise<Map<string, GitTreeEntry>> {
  const entries = tree === null ? [] : await repository.tree(tree);
  return new Map(entries.map((entry) => [entry.name, entry]));
}
