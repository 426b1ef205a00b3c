/** Which commit stands for a content: the one that brought it, not a later one that changed something else. */

import type { ObjectId } from '../../schemas/ids.ts';
import type { GitRepository } from '../contracts/git.ts';
import { treeAtPath } from '../git/at-path.ts';

/** Commits that are looked at; in a repository where nothing else is that old, the label is the oldest of them. */
const commitsMax = 200;

/**
 * The oldest commit down the first parents that has the same tree at the path without a break. It depends on the
 * repository alone, so that it comes out the same after a loss of everything that was remembered.
 */
export async function commitThatBrought(repository: GitRepository, of: { readonly head: ObjectId; readonly path: string; readonly tree: ObjectId }): Promise<ObjectId> {
  let brought = of.head;
  for (let looked = 1; looked < commitsMax; looked += 1) {
    const [parent] = (await repository.commit(brought)).parents;
    if (parent === undefined) return brought;
    const tree = await treeAtPath(repository, parent, of.path).catch(() => null);
    if (tree !== of.tree) return brought;
    brought = parent;
  }
  return brought;
}
