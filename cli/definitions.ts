/**
 * Definitions read from files or from a repository at a revision, without a platform: the same sources, parser and
 * linker as the platform's, so that what is said here is what the platform would say.
 */

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { sourceName, tenantName } from '../schemas/ids.ts';
import type { FileRefusal, Source, SourceFailure, SourceSnapshot } from '../reconciler/contracts/source.ts';
import type { LinkInput } from '../reconciler/desired/link/input.ts';
import { parseFile } from '../reconciler/desired/parse/file.ts';
import type { ParsedFile } from '../reconciler/desired/parse/parsed.ts';
import { exitCodes, Failure } from './exit.ts';

export interface Definitions {
  /** A commit id when they come from a repository. */
  readonly revision: string;
  /** Path as the user writes it → bytes, or why they could not be had. */
  readonly contents: ReadonlyMap<string, Uint8Array | FileRefusal>;
  readonly files: ReadonlyMap<string, ParsedFile>;
  readonly unreadable: ReadonlyMap<string, string>;
}

export interface GitPlace {
  readonly repository: string;
  readonly revision: string;
  /** A folder in the repository; empty for all of it. */
  readonly folder: string;
}

/** The name that the one source has in everything that comes of it. */
export const filesSource = sourceName('files');
/** Under whose name the documents stand. */
export const filesTenant = tenantName('default');

/** Files and folders together, as one source. @throws Failure when a path is not there or holds no definition */
export async function readPaths(paths: readonly string[]): Promise<Definitions> {
  const contents = new Map<string, Uint8Array | FileRefusal>();
  let revision = '';
  for (const given of paths) {
    const kind = await kindOf(given);
    if (kind === 'file' && !/\.(?:ya?ml|json)$/i.test(given)) throw new Failure(exitCodes.usage, `${given} is no definition: a definition is a .yaml, .yml or .json file`);
    if (kind === 'file') contents.set(given, await readFile(given));
    if (kind !== 'folder') continue;
    const snapshot = await snapshotOfFolder(given);
    revision = snapshot.revision;
    for (const [name, content] of await contentsOf(snapshot, (below) => path.join(given, below))) contents.set(name, content);
  }
  return parsed(revision, contents, paths.join(', '));
}

/** What a repository holds at a branch, tag or commit; its work tree does not matter. @throws Failure */
export async function readRepository(of: GitPlace): Promise<Definitions> {
  if ((await kindOf(of.repository)) !== 'folder') throw new Failure(exitCodes.usage, `${of.repository} is no repository`);
  const source = await openRepository(of);
  try {
    const snapshot = taken(await source.snapshot(), `${of.repository} holds no definition at ${of.revision}`);
    return parsed(snapshot.revision, await contentsOf(snapshot, (name) => name), `${of.repository} at ${of.revision}`);
  } finally {
    await source.close();
  }
}

/** What linking starts from when these are all the definitions that there are. */
export function linkInput({ revision, files, unreadable }: Definitions): LinkInput {
  return {
    platformTenant: filesTenant,
    sources: [{ name: filesSource, scope: 'platform', tenant: filesTenant, revision, files, unreadable, removalsHeldBy: null }],
    lastGood: { applications: new Map(), tenants: new Map() },
  };
}

async function kindOf(given: string): Promise<'file' | 'folder'> {
  const found = await stat(given).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(exitCodes.usage, error.code === 'ENOENT' ? `There is no file or folder ${given}` : `Cannot read ${given}: ${error.message}`);
  });
  return found.isDirectory() ? 'folder' : 'file';
}

async function snapshotOfFolder(folder: string): Promise<SourceSnapshot> {
  const [{ createDirectorySource }, { systemClock }] = await Promise.all([import('../reconciler/sources/directory/index.ts'), import('../reconciler/clock.ts')]);
  const source = createDirectorySource({ name: filesSource, path: folder, clock: systemClock, pollMs: 0 });
  try {
    return taken(await source.snapshot(), `No definition in ${folder}: a definition is a .yaml, .yml or .json file`);
  } finally {
    await source.close();
  }
}

async function openRepository({ repository, revision, folder }: GitPlace): Promise<Source> {
  const [{ createGitStores }, { createGitSource, createLocalUpstream }, { systemClock }] = await Promise.all([
    import('../reconciler/git/index.ts'), import('../reconciler/sources/git/index.ts'), import('../reconciler/clock.ts'),
  ]);
  const { preferred: store } = await createGitStores({ searchPath: process.env['PATH'] ?? '', remotes: { loopback: 'allow' } });
  const limits = { blobBytes: 16 * 1024 * 1024, treeEntries: 100_000, fetchTimeoutMs: 60_000 };
  const upstream = createLocalUpstream({ store, path: await gitFolder(repository), limits, clock: systemClock, pollMs: 0 });
  return createGitSource({ name: filesSource, upstream, reference: revision, path: folder });
}

async function contentsOf(snapshot: SourceSnapshot, shown: (name: string) => string): Promise<Map<string, Uint8Array | FileRefusal>> {
  const contents = new Map<string, Uint8Array | FileRefusal>();
  for (const name of snapshot.files.keys()) contents.set(shown(name), await snapshot.read(name));
  return contents;
}

/** Where Git keeps its objects: in a bare repository at its top, in a clone below `.git`. */
async function gitFolder(repository: string): Promise<string> {
  const inside = path.join(repository, '.git');
  return await stat(inside).then((found) => found.isDirectory(), () => false) ? inside : repository;
}

function taken(snapshot: SourceSnapshot | SourceFailure, whenEmpty: string): SourceSnapshot {
  if (!('failed' in snapshot)) return snapshot;
  throw new Failure(exitCodes.usage, snapshot.failed === 'empty' ? whenEmpty : snapshot.message);
}

function parsed(revision: string, contents: ReadonlyMap<string, Uint8Array | FileRefusal>, from: string): Definitions {
  if (contents.size === 0) throw new Failure(exitCodes.usage, `No definition in ${from}: a definition is a .yaml, .yml or .json file`);
  const files = new Map<string, ParsedFile>();
  const unreadable = new Map<string, string>();
  for (const [name, content] of contents) {
    if ('refused' in content) unreadable.set(name, content.message);
    else files.set(name, parseFile(content));
  }
  return { revision, contents, files, unreadable };
}
