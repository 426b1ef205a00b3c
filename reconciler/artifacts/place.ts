/**
 * One artifact repository as it stands on this machine: a local one that is read in place, or the mirror of a remote.
 * Invariants: however many references and folders of it are followed, there is one mirror and one poll; the remote is
 * fetched only when a followed reference stands elsewhere than in the mirror; while the remote cannot be reached, the
 * mirror answers as it last was.
 */

import { rename, rm } from 'node:fs/promises';
import type { ObjectId } from '../../schemas/ids.ts';
import { GitFailure, type GitCredential, type GitLimits, type GitRemote, type GitRepository, type GitStore } from '../contracts/git.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import { confined, type Location } from './location.ts';

export type Reference = DesiredArtifact['reference'];

export interface Opened {
  readonly repository: GitRepository;
  /** Why what is in the repository may be old; null when it is what the remote has. */
  readonly failure: GitFailure | null;
}

export interface Place {
  /** Brings the followed references up to date as far as possible. The caller closes the repository. @throws GitFailure when there is nothing to read. */
  open(references: readonly Reference[]): Promise<Opened>;
  /** Opens what is here, without asking a remote. */
  openAsIs(): Promise<GitRepository>;
  /** Tells that reading failed for want of objects: a mirror is made anew at the next look. */
  suspect(): void;
}

export interface PlaceOptions {
  readonly location: Location;
  readonly repositoriesDirectory: string;
  readonly mirrorPath: string;
  readonly stores: readonly GitStore[];
  readonly limits: GitLimits;
  /** Asked before every contact, so that a changed secret is used at once. */
  readonly credential: () => GitCredential | null;
}

export function createPlace(options: PlaceOptions): Place {
  const { location } = options;
  return location.kind === 'local' ? createLocalPlace(location.path, options) : createRemotePlace(location, options);
}

/** What a `GitRepository` resolves a reference by. */
export function referenceName(reference: Reference): string {
  if (reference.kind === 'commit') return reference.name;
  return `refs/${reference.kind === 'branch' ? 'heads' : 'tags'}/${reference.name}`;
}

function createLocalPlace(path: string, options: PlaceOptions): Place {
  async function openAsIs(): Promise<GitRepository> {
    return storeFor(options.stores, null).open(await confined(path, options.repositoriesDirectory), options.limits);
  }
  return {
    open: async () => ({ repository: await openAsIs(), failure: null }),
    openAsIs,
    suspect: () => undefined,
  };
}

function createRemotePlace(location: { readonly url: string; readonly scheme: string }, options: PlaceOptions): Place {
  const path = options.mirrorPath;
  let suspected = false;
  const openAsIs = (): Promise<GitRepository> => storeFor(options.stores, location.scheme).open(path, options.limits);

  async function update(references: readonly Reference[]): Promise<void> {
    const store = storeFor(options.stores, location.scheme);
    const credential = options.credential();
    const remote = { url: location.url, limits: options.limits, ...(credential === null ? {} : { credential }) };
    if (suspected) {
      await mirrorAnew(store, path, remote);
      suspected = false;
    } else if (!(await isUpToDate(references, openAsIs, () => store.listRemote(remote)))) {
      await store.mirror(path, remote);
    }
  }

  return {
    async open(references) {
      try {
        await update(references);
      } catch (error) {
        if (!(error instanceof GitFailure)) throw error;
        // What was mirrored before is still the best knowledge; without it, why the remote failed is the answer.
        const repository = await openAsIs().catch(() => null);
        if (repository === null) throw error;
        return { repository, failure: error };
      }
      return { repository: await openAsIs(), failure: null };
    },
    openAsIs,
    suspect() {
      suspected = true;
    },
  };
}

/** The old mirror stays until the new one is complete: with objects missing it is still better than none. */
async function mirrorAnew(store: GitStore, path: string, remote: GitRemote): Promise<void> {
  const anew = `${path}.anew`;
  await rm(anew, { recursive: true, force: true });
  await store.mirror(anew, remote);
  await rm(path, { recursive: true, force: true });
  await rename(anew, path);
}

/** Whether every reference stands in the mirror where it stands in the remote. Commits that are there need no remote. */
async function isUpToDate(
  references: readonly Reference[], open: () => Promise<GitRepository>, list: () => Promise<ReadonlyMap<string, ObjectId>>,
): Promise<boolean> {
  const mirror = await open().catch(() => null);
  if (mirror === null) return false;
  try {
    let listed: ReadonlyMap<string, ObjectId> | null = null;
    for (const reference of references) {
      const here = await mirror.resolve(referenceName(reference)).catch(() => null);
      if (reference.kind === 'commit' && here !== null) continue;
      if (reference.kind === 'commit') return false;
      listed ??= await list();
      const name = referenceName(reference);
      const there = listed.get(`${name}^{}`) ?? listed.get(name) ?? null;
      if (here !== there) return false;
    }
    return true;
  } finally {
    await mirror.close();
  }
}

function storeFor(stores: readonly GitStore[], scheme: string | null): GitStore {
  const store = stores.find((one) => scheme === null || one.schemes.has(scheme));
  if (store === undefined) throw new GitFailure('refused', `no Git on this machine speaks ${scheme ?? 'to local repositories'}; install git`);
  return store;
}
