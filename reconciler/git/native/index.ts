/** The Git store over the system's git: HTTP(S) and SSH, SHA-1 and SHA-256, large packs. */

import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GitFailure, type GitStore } from '../../contracts/git.ts';
import type { RemotePolicy } from '../address.ts';
import { createRepository } from '../repository.ts';
import type { NativeGit } from './detect.ts';
import { mirrorNatively } from './mirror.ts';
import { createNativeReader } from './objects.ts';
import { reachRemote } from './remote.ts';

export { detectNativeGit, type NativeGit } from './detect.ts';

export interface NativeStoreOptions {
  readonly remotes: RemotePolicy;
  /** How long an unused reading process stays. */
  readonly idleMs: number;
}

export function createNativeStore(git: NativeGit, options: NativeStoreOptions): GitStore {
  return {
    name: 'native',
    schemes: new Set(['http', 'https', 'ssh']),
    async open(path, limits) {
      const gitDirectory = resolve(path);
      try {
        await Promise.all(['HEAD', 'objects'].map((part) => access(join(gitDirectory, part))));
      } catch (cause) {
        throw new GitFailure('missing-object', 'there is no bare repository at the path', { cause });
      }
      const reader = createNativeReader(git, gitDirectory, { idleMs: options.idleMs, answerTimeoutMs: limits.fetchTimeoutMs });
      return createRepository(reader, limits);
    },
    mirror: (path, remote) => mirrorNatively(git, path, remote, options.remotes),
    async listRemote(remote) {
      const reached = await reachRemote(git, remote, options.remotes);
      return (await reached.list()).references;
    },
  };
}
