/** Makes the source that a configuration describes: a repository on this machine, one elsewhere, or a folder being edited. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shortDigestOf } from '../../schemas/digest.ts';
import { sourceName } from '../../schemas/ids.ts';
import type { SourceConfig } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { GitLimits } from '../contracts/git.ts';
import type { Source } from '../contracts/source.ts';
import type { GitStores } from '../git/index.ts';
import { readCredential } from '../platform/secrets.ts';
import { createDirectorySource } from '../sources/directory/index.ts';
import { createGitSource, createLocalUpstream, createRemoteUpstream } from '../sources/git/index.ts';

const limits: GitLimits = { blobBytes: 16 * 1024 * 1024, treeEntries: 100_000, fetchTimeoutMs: 120_000 };

export function openSource(config: SourceConfig, of: { readonly dataDirectory: string; readonly git: GitStores; readonly clock: Clock }): Source {
  const { dataDirectory, git, clock } = of;
  const name = sourceName(config.name);
  const { url, branch: reference, path, pollMs } = config;
  const isRemote = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(url);
  if (isRemote) {
    const credential = config.secret === null ? null : readCredential(dataDirectory, { tenant: config.tenant, name: config.secret });
    const mirrorPath = join(dataDirectory, 'mirrors', `source-${config.name}-${shortDigestOf(url)}.git`);
    return createGitSource({ name, reference, path, upstream: createRemoteUpstream({ store: git.preferred, url, credential, mirrorPath, reference, limits, clock, pollMs }) });
  }
  if (isWorkFolder(url)) return createDirectorySource({ name, path: join(url, path), clock, pollMs });
  return createGitSource({ name, reference, path, upstream: createLocalUpstream({ store: git.preferred, path: url, limits, clock, pollMs }) });
}

/** A folder without Git's own files is one being edited. */
function isWorkFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory() && !existsSync(join(path, 'HEAD'));
}
