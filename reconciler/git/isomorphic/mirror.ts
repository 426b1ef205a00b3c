/**
 * A bare mirror of a remote: its branches and tags. The pack comes into a folder of its own, is checked and indexed
 * there, and only then moves in; references move last, all at once. So a failed fetch changes nothing that is read.
 */

import fs from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import git from 'isomorphic-git';
import type { ObjectId } from '../../../schemas/ids.ts';
import { GitFailure, type GitRemote } from '../../contracts/git.ts';
import type { RemotePolicy } from '../address.ts';
import { isMirrored } from '../reference.ts';
import type { ObjectReader } from '../object.ts';
import { parseCommit, parseTagTarget } from '../parse.ts';
import { createIsomorphicReader } from './objects.ts';
import { checkPack } from './pack.ts';
import { replaceReferences } from './references.ts';
import { listRemote, reachRemote, type IsomorphicRemote, type RemoteListing } from './remote.ts';
import { requestPack, type PackRequest } from './upload-pack.ts';

/** Each fetch leaves a pack, and every read looks through them: from here on everything is fetched anew, into one. */
const packsMax = 50;
const havesMax = 256;
const tipBytesMax = 64 * 1024 * 1024;

export async function mirrorIsomorphically(path: string, remote: GitRemote, policy: RemotePolicy): Promise<void> {
  const gitdir = resolve(path);
  const reached = reachRemote(remote, policy);
  try {
    const listing = await listRemote(reached);
    await initialise(gitdir);
    await update(gitdir, reached, listing);
  } finally {
    reached.http.close();
  }
}

async function initialise(gitdir: string): Promise<void> {
  try {
    await access(join(gitdir, 'HEAD'));
  } catch {
    await mkdir(gitdir, { recursive: true });
    await git.init({ fs, gitdir, bare: true, defaultBranch: 'main' });
  }
  await mkdir(join(gitdir, 'objects/pack'), { recursive: true });
}

async function update(gitdir: string, reached: IsomorphicRemote, listing: RemoteListing): Promise<void> {
  const wanted = new Map([...listing.references].filter(([name]) => isMirrored(name)));
  const present = await presentReferences(gitdir);
  const packs = await packNames(gitdir);
  const isFresh = packs.length >= packsMax;
  const known = new Set(isFresh ? [] : present.values());
  const wants = [...new Set(wanted.values())].filter((id) => !known.has(id));
  let arrived = '';
  if (wants.length > 0) {
    arrived = await fetchPack(gitdir, reached, { wants, haves: [...known].slice(0, havesMax), capabilities: listing.capabilities });
    await checkTips(gitdir, wants);
  }
  await replaceReferences(gitdir, wanted, listing.head !== null && isMirrored(listing.head) ? listing.head : null);
  if (isFresh && wants.length > 0) await removePacks(gitdir, packs.filter((name) => name !== arrived));
}

async function presentReferences(gitdir: string): Promise<Map<string, ObjectId>> {
  const reader = createIsomorphicReader(gitdir, 0);
  const [branches, tags] = await Promise.all([git.listBranches({ fs, gitdir }), git.listTags({ fs, gitdir })]);
  const names = [...branches.map((name) => `refs/heads/${name}`), ...tags.map((name) => `refs/tags/${name}`)];
  const found = new Map<string, ObjectId>();
  for (const name of names) {
    const id = await reader.reference(name);
    if (id !== null) found.set(name, id);
  }
  await reader.close();
  return found;
}

/** The name of the pack that moved in. */
async function fetchPack(gitdir: string, reached: IsomorphicRemote, request: PackRequest): Promise<string> {
  const quarantine = await mkdtemp(join(gitdir, 'objects/incoming-'));
  try {
    const file = join(quarantine, 'incoming.pack');
    await writeFile(file, requestPack(reached, request));
    const pack = await readFile(file);
    const count = await checkPack(pack);
    const { oids } = await git.indexPack({ fs, dir: quarantine, gitdir: quarantine, filepath: 'incoming.pack' });
    if (oids.length !== count) throw new GitFailure('corrupt', `the pack holds ${count} objects, of which ${oids.length} can be read`);
    const name = `pack-${pack.toString('hex', pack.length - 20)}`;
    // Readers look for the index: the pack must be there first.
    await rename(file, join(gitdir, 'objects/pack', `${name}.pack`));
    await rename(join(quarantine, 'incoming.idx'), join(gitdir, 'objects/pack', `${name}.idx`));
    return name;
  } catch (cause) {
    throw cause instanceof GitFailure ? cause : new GitFailure('corrupt', 'the pack cannot be read', { cause });
  } finally {
    await rm(quarantine, { recursive: true, force: true });
  }
}

/** What the references will name must be here, a commit's root tree included. */
async function checkTips(gitdir: string, tips: readonly ObjectId[]): Promise<void> {
  const reader = createIsomorphicReader(gitdir, 1_000);
  try {
    for (const tip of tips) await checkTip(reader, tip);
  } catch (cause) {
    // An object that is larger than is ever read is somebody's business, not ours: it is there.
    if (cause instanceof GitFailure && cause.code === 'too-large') return;
    throw new GitFailure('corrupt', 'the server did not send all that its references need', { cause });
  } finally {
    await reader.close();
  }
}

async function checkTip(reader: ObjectReader, tip: ObjectId): Promise<void> {
  const { kind, bytes } = await reader.read(tip, tipBytesMax);
  if (kind === 'tag') await checkTip(reader, parseTagTarget(tip, bytes));
  if (kind === 'commit') await reader.read(parseCommit(tip, bytes).tree, tipBytesMax);
}

async function packNames(gitdir: string): Promise<readonly string[]> {
  return (await readdir(join(gitdir, 'objects/pack'))).filter((name) => name.endsWith('.idx')).map((name) => name.slice(0, -'.idx'.length));
}

async function removePacks(gitdir: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rm(join(gitdir, 'objects/pack', `${name}.idx`), { force: true });
    await rm(join(gitdir, 'objects/pack', `${name}.pack`), { force: true });
  }
}
