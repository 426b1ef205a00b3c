/** Packs trees in tests, with every Git store that this machine has. */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { ObjectId } from '../../schemas/ids.ts';
import { bundleLimits, type BundleLimits } from '../../schemas/messages/bundle.ts';
import { packBundle, type PackedBundle } from '../../reconciler/artifacts/bundle.ts';
import type { GitLimits, GitStore } from '../../reconciler/contracts/git.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import { searchPath, temporaryFolder } from '../git/folders.ts';

export const gitLimits: GitLimits = { blobBytes: 64 * 1024 * 1024, treeEntries: 100_000, fetchTimeoutMs: 30_000 };

export const stores = await createGitStores({ searchPath, remotes: { loopback: 'allow' } });
export const allStores: readonly GitStore[] = [stores.isomorphic, ...(stores.native === null ? [] : [stores.native])];

export async function pack(store: GitStore, path: string, tree: ObjectId, limits: BundleLimits = bundleLimits): Promise<PackedBundle & { readonly file: string }> {
  const file = join(await temporaryFolder(), 'bundle.tar.gz');
  const repository = await store.open(path, gitLimits);
  try {
    return { ...await packBundle({ repository, tree, limits, sink: createWriteStream(file) }), file };
  } finally {
    await repository.close();
  }
}
