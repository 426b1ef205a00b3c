/** The Git store that is always there: isomorphic-git, HTTP(S), SHA-1. */

import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GitFailure, type GitStore } from '../../contracts/git.ts';
import type { RemotePolicy } from '../address.ts';
import { createRepository } from '../repository.ts';
import { mirrorIsomorphically } from './mirror.ts';
import { createIsomorphicReader } from './objects.ts';
import { listRemote, packBytesMax, reachRemote } from './remote.ts';

export interface IsomorphicStoreOptions {
  readonly remotes: RemotePolicy;
  /** How long packs stay in memory after the last read. */
  readonly idleMs: number;
}

export function createIsomorphicStore(options: IsomorphicStoreOptions): GitStore {
  return {
    name: 'isomorphic',
    schemes: new Set(['http', 'https']),
    async open(path, limits) {
      const gitdir = resolve(path);
      await checkReadable(gitdir);
      return createRepository(createIsomorphicReader(gitdir, options.idleMs), limits);
    },
    mirror: (path, remote) => mirrorIsomorphically(path, remote, options.remotes),
    async listRemote(remote) {
      const reached = reachRemote(remote, options.remotes);
      try {
        return (await listRemote(reached)).references;
      } finally {
        reached.http.close();
      }
    },
  };
}

async function checkReadable(gitdir: string): Promise<void> {
  try {
    await Promise.all(['HEAD', 'objects'].map((part) => access(join(gitdir, part))));
  } catch (cause) {
    throw new GitFailure('missing-object', 'there is no bare repository at the path', { cause });
  }
  const config = await readFile(join(gitdir, 'config'), 'utf8').catch(() => '');
  if (/^\s*objectformat\s*=\s*sha256/im.test(config)) throw new GitFailure('refused', 'the repository has SHA-256 objects, which need git on this machine');
  for (const name of await readdir(join(gitdir, 'objects/pack')).catch(() => [])) {
    const { size } = await stat(join(gitdir, 'objects/pack', name));
    if (size > packBytesMax) throw new GitFailure('too-large', `a pack of ${size} bytes is larger than can be read without git on this machine`);
  }
}
