/** Every kind of source with a way to change what it reads, for the suite that all of them must pass. */

import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sourceName } from '../../schemas/ids.ts';
import { systemClock } from '../../reconciler/clock.ts';
import type { Clock } from '../../reconciler/contracts/clock.ts';
import type { GitLimits } from '../../reconciler/contracts/git.ts';
import type { Source, SourceFailure, SourceSnapshot } from '../../reconciler/contracts/source.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import type { SourceLimits } from '../../reconciler/sources/definition-file.ts';
import { createDirectorySource } from '../../reconciler/sources/directory/index.ts';
import { createGitSource, createLocalUpstream, createRemoteUpstream, type Upstream } from '../../reconciler/sources/git/index.ts';
import { build, type Builder } from '../git/builders.ts';
import { searchPath, systemGit, temporaryFolder } from '../git/folders.ts';
import { serveRepositories, type GitHttpServer } from '../git/http-server.ts';

export const limits: SourceLimits = { fileBytes: 10_000, files: 50, folders: 200, totalBytes: 1_000_000 };
export const gitLimits: GitLimits = { blobBytes: limits.fileBytes, treeEntries: 1_000, fetchTimeoutMs: 20_000 };
export const stores = await createGitStores({ searchPath, remotes: { loopback: 'allow' } });

export type StoreName = 'isomorphic' | 'native';

export interface SourceWorld {
  readonly source: Source;
  /** Makes the source hold exactly these files, and symbolic links. */
  write(files: Readonly<Record<string, string>>, symlinks?: Readonly<Record<string, string>>): Promise<void>;
  /** Takes away what the source reads. */
  destroy(): Promise<void>;
}

export interface GitWorld extends SourceWorld {
  readonly builder: Builder;
  readonly upstream: Upstream;
}

export const worlds: readonly { readonly name: string; readonly needsGit: boolean; readonly make: (clock: Clock) => Promise<SourceWorld> }[] = [
  { name: 'a folder', needsGit: false, make: directoryWorld },
  { name: 'a local repository, read by isomorphic-git', needsGit: false, make: (clock) => localWorld('isomorphic', clock) },
  { name: 'a local repository, read by the system\'s git', needsGit: true, make: (clock) => localWorld('native', clock) },
  { name: 'a remote repository, mirrored by isomorphic-git', needsGit: true, make: (clock) => remoteWorld('isomorphic', clock) },
  { name: 'a remote repository, mirrored by the system\'s git', needsGit: true, make: (clock) => remoteWorld('native', clock) },
];

export async function directoryWorld(clock: Clock): Promise<SourceWorld & { readonly folder: string }> {
  const folder = join(await temporaryFolder(), 'definitions');
  await mkdir(folder);
  const source = createDirectorySource({ name: sourceName('definitions'), path: folder, clock, pollMs: 60_000, limits });
  onTestFinished(() => source.close());
  return {
    source, folder,
    async write(files, symlinks = {}) {
      const wanted = new Set([...Object.keys(files), ...Object.keys(symlinks)]);
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isDirectory() && !wanted.has(path.slice(folder.length + 1))) await rm(path);
      }
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      for (const [path, target] of Object.entries(symlinks)) await symlink(target, join(folder, path));
    },
    destroy: () => rm(folder, { recursive: true }),
  };
}

function gitWorld(builder: Builder, upstream: Upstream, path: string): Omit<GitWorld, 'destroy'> {
  const source = createGitSource({ name: sourceName('definitions'), upstream, reference: 'main', path, limits });
  onTestFinished(() => source.close());
  return {
    source, builder, upstream,
    async write(files, symlinks = {}) {
      await builder.commit(files, { symlinks });
    },
  };
}

export async function localWorld(storeName: StoreName, clock: Clock, path = ''): Promise<GitWorld> {
  const builder = await build(systemGit ? 'git' : 'isomorphic-git', join(await temporaryFolder(), 'definitions.git'));
  const upstream = createLocalUpstream({ store: storeOf(storeName), path: builder.path, limits: gitLimits, clock, pollMs: 60_000 });
  return { ...gitWorld(builder, upstream, path), destroy: () => rm(builder.path, { recursive: true }) };
}

export async function remoteWorld(storeName: StoreName, clock: Clock, pollMs = 60_000): Promise<GitWorld & { readonly server: GitHttpServer; again(): Source }> {
  const root = await temporaryFolder();
  const builder = await build('git', join(root, 'served/definitions.git'));
  const server = await serveRepositories(join(root, 'served'));
  const upstream = (): Upstream => createRemoteUpstream({
    store: storeOf(storeName), url: `${server.origin}/definitions.git`, credential: null, mirrorPath: join(root, 'mirror.git'), reference: 'main',
    limits: { ...gitLimits, fetchTimeoutMs: 10_000 }, clock, pollMs,
  });
  return {
    ...gitWorld(builder, upstream(), ''), server,
    again: () => gitWorld(builder, upstream(), '').source,
    destroy: () => rm(builder.path, { recursive: true }),
  };
}

function storeOf(name: StoreName) {
  const store = stores[name];
  if (!store) throw new Error('the native store is missing');
  return store;
}

/** The snapshot; fails the test when there is none. */
export async function snapshotOf(source: Source, since?: string): Promise<SourceSnapshot> {
  const snapshot = await source.snapshot(since);
  if ('failed' in snapshot) throw new Error(`${snapshot.failed}: ${snapshot.message}`);
  return snapshot;
}

/** The failure; fails the test when there is a snapshot. */
export async function sourceFailureOf(answer: Promise<SourceSnapshot | SourceFailure>): Promise<SourceFailure> {
  const failure = await answer;
  if (!('failed' in failure)) throw new Error(`a snapshot of ${failure.revision}`);
  return failure;
}

/** A text, or what it was refused for. */
export async function readText(snapshot: SourceSnapshot, path: string): Promise<string> {
  const read = await snapshot.read(path);
  return read instanceof Uint8Array ? Buffer.from(read).toString() : read.refused;
}

export { systemClock };
