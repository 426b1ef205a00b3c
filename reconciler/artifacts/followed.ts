/**
 * One reference and folder of a repository, followed: its newest commit, the bundle that this commit stands for, and
 * what is wrong with it.
 * Invariants: a failure never takes a head or a bundle away; a content that is refused is not packed again before the
 * head's content changes; the bundle of an unchanged content keeps its commit.
 */

import type { ObjectId } from '../../schemas/ids.ts';
import type { BundleLimits } from '../../schemas/messages/bundle.ts';
import { GitFailure, type GitRepository } from '../contracts/git.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import type { BundleRef, ObservedArtifact } from '../model/observed.ts';
import { entryAtPath } from '../git/at-path.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { BundleIndex, ContentHome } from './bundle-index.ts';
import { packBundle, type PackedBundle } from './bundle.ts';
import { commitThatBrought } from './label.ts';
import { referenceName } from './place.ts';
import { BundleRefused } from './refusal.ts';

export interface Followed {
  readonly artifact: DesiredArtifact;
  readonly home: ContentHome;
  observed: ObservedArtifact;
  /** The tree that was refused last, so that it is not packed at every look. */
  refused: { readonly tree: ObjectId; readonly why: string } | null;
}

export interface Shelves {
  readonly index: BundleIndex;
  readonly files: BundleFiles;
  readonly limits: BundleLimits;
}

/** What is known before the first look. */
export function startFollowing(artifact: DesiredArtifact, home: ContentHome): Followed {
  return { artifact, home, observed: { head: null, bundle: null, failure: null }, refused: null };
}

/** Takes up the bundle that was last good before a restart, when its file is still there. */
export async function restoreLastGood(followed: Followed, shelves: Shelves): Promise<void> {
  const bundle = shelves.index.lastGood(followed.artifact.repository);
  if (bundle === null || followed.observed.bundle !== null) return;
  if ((await shelves.files.find(bundle.digest)) === null) return;
  followed.observed = { ...followed.observed, bundle };
}

/** `settled`: nothing more comes of another look until something changes. `damaged`: objects are missing or broken. */
export type LookResult = 'settled' | 'failed' | 'damaged';

/** Reads the reference and makes its bundle if need be. Never throws: what fails is told in `observed.failure`. */
export async function lookAt(followed: Followed, repository: GitRepository, shelves: Shelves): Promise<LookResult> {
  const { reference } = followed.artifact;
  try {
    const commit = await repository.commit(await repository.resolve(referenceName(reference)));
    followed.observed = { ...followed.observed, head: { commit: commit.id, message: firstLine(commit.message) } };
    const tree = await folderAt(repository, commit.tree, followed.home.path);
    const bundle = await bundleOf(followed, repository, shelves, { head: commit.id, tree });
    followed.observed = { ...followed.observed, bundle, failure: null };
    shelves.index.setLastGood(followed.artifact.repository, followed.home.place, bundle);
    return 'settled';
  } catch (error) {
    return fail(followed, error);
  }
}

/** Notes why nothing could be read at all. */
export function fail(followed: Followed, error: unknown): LookResult {
  const { reference } = followed.artifact;
  const at = error instanceof BundleRefused && followed.observed.head !== null ? ` at commit ${followed.observed.head.commit.slice(0, 12)}` : '';
  const folder = followed.home.path === '' ? '' : `, folder ${JSON.stringify(followed.home.path)}`;
  const message = error instanceof Error ? error.message : String(error);
  followed.observed = { ...followed.observed, failure: `${followed.artifact.url} ${reference.kind} ${reference.name}${at}${folder}: ${message}` };
  if (error instanceof BundleRefused) return 'settled';
  if (!(error instanceof GitFailure)) return 'failed';
  if (error.code === 'no-such-reference' || error.code === 'empty' || error.code === 'refused') return 'settled';
  return error.code === 'missing-object' || error.code === 'corrupt' ? 'damaged' : 'failed';
}

/** Packs a tree of the place, once however often it is asked for at one time. @throws BundleRefused, GitFailure */
export function packTree(repository: GitRepository, shelves: Shelves, of: { readonly place: string; readonly tree: ObjectId }): Promise<PackedBundle> {
  return shelves.files.build(`${of.place} ${of.tree}`, (sink) => packBundle({ repository, tree: of.tree, limits: shelves.limits, sink }));
}

async function folderAt(repository: GitRepository, root: ObjectId, path: string): Promise<ObjectId> {
  const entry = await entryAtPath(repository, root, path);
  if (entry === null) throw new BundleRefused('the commit has no such folder');
  if (entry.kind !== 'tree') throw new BundleRefused(`that is a ${entry.kind} in this commit, not a folder`);
  return entry.id;
}

async function bundleOf(
  followed: Followed, repository: GitRepository, shelves: Shelves, of: { readonly head: ObjectId; readonly tree: ObjectId },
): Promise<BundleRef> {
  const { home } = followed;
  const known = shelves.index.find(home, of.tree);
  if (known !== null && (await shelves.files.find(known.digest)) !== null) return known;
  if (followed.refused?.tree === of.tree) throw new BundleRefused(followed.refused.why);
  try {
    const packed = await packTree(repository, shelves, { place: home.place, tree: of.tree });
    const commit = known?.commit ?? await commitThatBrought(repository, { head: of.head, path: home.path, tree: of.tree });
    const bundle = { commit, digest: packed.digest, bytes: packed.bytes };
    shelves.index.remember(home, of.tree, bundle);
    return bundle;
  } catch (error) {
    if (error instanceof BundleRefused) followed.refused = { tree: of.tree, why: error.message };
    throw error;
  }
}

function firstLine(message: string): string {
  const [line = ''] = message.trimStart().split('\n', 1);
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
