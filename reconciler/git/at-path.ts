/** Finding what stands at a path of a commit. Symbolic links and submodules are never followed. */

import type { ObjectId } from '../../schemas/ids.ts';
import type { GitRepository, GitTreeEntry } from '../contracts/git.ts';

/** The steps of a path: `/`, ``, `.` are the root; empty and `.` steps fall out; null when a step is `..`. */
export function pathSteps(path: string): readonly string[] | null {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  return steps.includes('..') ? null : steps;
}

/** The entry at a path below a tree; null when there is none. @throws GitFailure as `GitRepository.tree` does. */
export async function entryAtPath(repository: GitRepository, tree: ObjectId, path: string): Promise<Pick<GitTreeEntry, 'kind' | 'id'> | null> {
  const steps = pathSteps(path);
  if (steps === null) return null;
  let found: Pick<GitTreeEntry, 'kind' | 'id'> = { kind: 'tree', id: tree };
  for (const step of steps) {
    if (found.kind !== 'tree') return null;
    const entry = (await repository.tree(found.id)).find((one) => one.name === step);
    if (!entry) return null;
    found = entry;
  }
  return found;
}

/** The tree at a path of a commit; null when the path is missing there or is no folder. */
export async function treeAtPath(repository: GitRepository, commit: ObjectId, path: string): Promise<ObjectId | null> {
  const { tree } = await repository.commit(commit);
  const entry = await entryAtPath(repository, tree, path);
  return entry?.kind === 'tree' ? entry.id : null;
}
