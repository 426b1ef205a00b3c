/** The Git stores of this machine: isomorphic-git always, the system's git when it is there. */

import type { GitStore } from '../contracts/git.ts';
import type { RemotePolicy } from './address.ts';
import { createIsomorphicStore } from './isomorphic/index.ts';
import { createNativeStore, detectNativeGit } from './native/index.ts';

export type { RemotePolicy } from './address.ts';
export { entryAtPath, pathSteps, treeAtPath } from './at-path.ts';
export { diffTrees, type TreeChange } from './diff.ts';
export { objectIdOf } from './object.ts';
export { isReferenceName } from './reference.ts';
export { credentialFor, parseRemoteUrl, shownUrl, type RemoteUrl } from './url.ts';

export interface GitStores {
  readonly isomorphic: GitStore;
  /** Null when no git of 2.31 or newer is on the search path. */
  readonly native: GitStore | null;
  /** The native one when there is one. */
  readonly preferred: GitStore;
}

export interface GitStoresOptions {
  /** Where git and ssh are looked for, as in `PATH`. */
  readonly searchPath: string;
  readonly remotes: RemotePolicy;
  /** How long a repository that nobody reads keeps its process or packs; a minute unless said. */
  readonly idleMs?: number;
}

export async function createGitStores(options: GitStoresOptions): Promise<GitStores> {
  const { remotes, idleMs = 60_000 } = options;
  const isomorphic = createIsomorphicStore({ remotes, idleMs });
  const git = await detectNativeGit(options.searchPath);
  const native = git ? createNativeStore(git, { remotes, idleMs }) : null;
  return { isomorphic, native, preferred: native ?? isomorphic };
}
