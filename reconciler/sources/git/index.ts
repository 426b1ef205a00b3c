/**
 * A branch of a Git repository as a source. Blobs are read from the object store; there is no work tree.
 * Invariant: whatever Git cannot answer comes back as a failure that names the last revision that is still readable.
 */

import type { ObjectId, SourceName } from '../../../schemas/ids.ts';
import { GitFailure, type GitFailureCode, type GitRepository } from '../../contracts/git.ts';
import type { FileRefusal, Source, SourceFailure, SourceFailureCode, SourceFile, SourceSnapshot } from '../../contracts/source.ts';
import { pathSteps, treeAtPath } from '../../git/at-path.ts';
import { isObjectId } from '../../git/reference.ts';
import { defaultSourceLimits, type SourceLimits } from '../definition-file.ts';
import { lineageOf } from './lineage.ts';
import { TreeListing } from './listing.ts';
import type { Upstream } from './upstream.ts';

export { createLocalUpstream, type LocalOptions } from './local.ts';
export { createRemoteUpstream, type RemoteOptions } from './remote.ts';
export type { Upstream } from './upstream.ts';

export interface GitSourceOptions {
  readonly name: SourceName;
  readonly upstream: Upstream;
  /** A branch, tag or commit id. */
  readonly reference: string;
  /** A folder of the repository; empty or `/` for all of it. */
  readonly path: string;
  readonly limits?: SourceLimits;
}

const messageLengthMax = 4_000;

const failureCodes: Readonly<Record<GitFailureCode, SourceFailureCode>> = {
  'refused': 'refused', 'unreachable': 'unreachable', 'denied': 'denied', 'no-such-reference': 'no-branch', 'empty': 'empty',
  'corrupt': 'truncated', 'missing-object': 'truncated', 'too-large': 'too-large',
};

export function createGitSource(options: GitSourceOptions): Source {
  return new GitSource(options);
}

class GitSource implements Source {
  readonly name: SourceName;
  readonly #options: GitSourceOptions;
  readonly #listing: TreeListing;
  readonly #path: string | null;
  /** The listing of the newest snapshot. */
  #newest: { readonly revision: ObjectId; readonly files: ReadonlyMap<string, SourceFile> } | null = null;

  constructor(options: GitSourceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#listing = new TreeListing(options.limits ?? defaultSourceLimits);
    this.#path = pathSteps(options.path)?.join('/') ?? null;
  }

  async snapshot(since?: string): Promise<SourceSnapshot | SourceFailure> {
    try {
      await this.#options.upstream.refresh();
      const repository = await this.#options.upstream.repository();
      const revision = await repository.resolve(this.#options.reference);
      return await this.#snapshotOf(repository, revision, since, true);
    } catch (error) {
      return this.#failure(error);
    }
  }

  async at(revision: string): Promise<SourceSnapshot | SourceFailure> {
    try {
      if (!isObjectId(revision)) throw new GitFailure('no-such-reference', `${JSON.stringify(revision.slice(0, 80))} is not a commit id`);
      const repository = await this.#options.upstream.repository();
      return await this.#snapshotOf(repository, await repository.resolve(revision), undefined, false);
    } catch (error) {
      const failure = await this.#failure(error);
      return failure.failed === 'no-branch' ? { ...failure, failed: 'no-such-revision' } : failure;
    }
  }

  async *previous(revision: string, limit: number): AsyncGenerator<string, void, void> {
    if (!isObjectId(revision)) return;
    let at = revision as ObjectId;
    for (let index = 0; index < limit; index += 1) {
      const parent = await this.#firstParent(at);
      if (parent === null) return;
      yield parent;
      at = parent;
    }
  }

  watch(onHint: () => void): Promise<() => Promise<void>> {
    return this.#options.upstream.watch(onHint);
  }

  async close(): Promise<void> {
    this.#newest = null;
    this.#listing.forget();
    await this.#options.upstream.release();
  }

  async #snapshotOf(repository: GitRepository, revision: ObjectId, since: string | undefined, newest: boolean): Promise<SourceSnapshot | SourceFailure> {
    const commit = await repository.commit(revision);
    const files = await this.#filesAt(repository, revision, newest);
    if (files === null) return this.#failed('no-path', `the repository has no folder ${this.#options.path} at ${revision.slice(0, 12)}`);
    return {
      source: this.name, revision, files,
      commit: { author: commit.author.name, message: commit.message.slice(0, messageLengthMax), atMs: commit.author.atMs },
      lineage: await lineageOf(repository, since, revision),
      read: (path) => this.#read(files.get(path), path),
    };
  }

  async #filesAt(repository: GitRepository, revision: ObjectId, newest: boolean): Promise<ReadonlyMap<string, SourceFile> | null> {
    if (this.#newest?.revision === revision) return this.#newest.files;
    const root = this.#path === null ? null : await treeAtPath(repository, revision, this.#path);
    if (root === null || this.#path === null) return null;
    const files = await this.#listing.list(repository, root, this.#path, newest);
    if (newest) this.#newest = { revision, files };
    return files;
  }

  async #read(file: SourceFile | undefined, path: string): Promise<Uint8Array | FileRefusal> {
    if (!file) throw new TypeError(`${path} is not listed`);
    if (file.refusal) return file.refusal;
    try {
      return await (await this.#options.upstream.repository()).blob(file.blob as ObjectId);
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      return { refused: error.code === 'too-large' ? 'too-large' : 'unreadable', message: error.message };
    }
  }

  async #firstParent(commit: ObjectId): Promise<ObjectId | null> {
    try {
      return (await (await this.#options.upstream.repository()).commit(commit)).parents[0] ?? null;
    } catch (error) {
      if (error instanceof GitFailure) return null;
      throw error;
    }
  }

  async #failure(error: unknown): Promise<SourceFailure> {
    if (!(error instanceof GitFailure)) throw error;
    // What was opened may be the trouble, as when the repository was replaced: the next look opens it again.
    if (error.code === 'missing-object' || error.code === 'corrupt') await this.#options.upstream.release();
    return this.#failed(failureCodes[error.code], error.message);
  }

  async #failed(failed: SourceFailureCode, message: string): Promise<SourceFailure> {
    const head = async (): Promise<string> => (await this.#options.upstream.repository()).resolve(this.#options.reference);
    const lastRevision = failed === 'no-path' ? null : this.#newest?.revision ?? await head().catch(() => null);
    return { source: this.name, failed, message, lastRevision };
  }
}
