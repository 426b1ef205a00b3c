/**
 * Where documents come from: a branch of a repository, or a folder being edited. A snapshot is a value: what could not
 * be looked at is a failure, never an empty snapshot, so that the caller keeps its last good state.
 */

import type { SourceName } from '../../schemas/ids.ts';

/** Why a file that is there cannot be read. Such a path is listed all the same: it is unreadable, not gone. */
export interface FileRefusal {
  readonly refused: 'too-large' | 'unreadable' | 'symlink';
  readonly message: string;
}

export interface SourceFile {
  /** The id of the content, a Git blob id wherever the content was read: equal ids mean equal bytes, in every source. */
  readonly blob: string;
  /** Known without reading; null says nothing about the size. */
  readonly refusal: FileRefusal | null;
}

/**
 * How a revision follows from the one that the caller accepted last. `unrelated`: no common ancestor was found, as after
 * a force push of another history or the loss of the mirror; what is missing there has not been removed by anybody.
 */
export type Lineage = 'first' | 'same' | 'ahead' | 'rewritten' | 'unrelated';

export interface SourceSnapshot {
  readonly source: SourceName;
  /** A commit id, or `dir:` and a digest of the listing. */
  readonly revision: string;
  readonly commit: { readonly author: string; readonly message: string; readonly atMs: number } | null;
  readonly lineage: Lineage;
  /** `*.yaml`, `*.yml` and `*.json` below the source's path, by path from the root of the repository or folder; names with a leading dot are left out. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The bytes of a listed file as they were at this revision. */
  read(path: string): Promise<Uint8Array | FileRefusal>;
}

export type SourceFailureCode =
  | 'unreachable' | 'denied' | 'refused' | 'empty' | 'no-branch' | 'no-path' | 'no-such-revision' | 'truncated' | 'too-large';

/** Why there is no snapshot. `message` is fit to show. */
export interface SourceFailure {
  readonly source: SourceName;
  readonly failed: SourceFailureCode;
  readonly message: string;
  /** The newest revision that `at` can still read here: the state to start from when the caller remembers none. */
  readonly lastRevision: string | null;
}

export interface Source {
  readonly name: SourceName;
  /** Looks now (a remote: one ls-remote, and a fetch when it has news). @param since The revision that the caller accepted last. */
  snapshot(since?: string): Promise<SourceSnapshot | SourceFailure>;
  /** An earlier state, without looking at the remote. */
  at(revision: string): Promise<SourceSnapshot | SourceFailure>;
  /** Earlier revisions along the first parents, newest first, without the given one; ends early where the history does. */
  previous(revision: string, limit: number): AsyncIterable<string>;
  /** Calls back when it is worth to take a snapshot again; the returned function ends it. */
  watch(onHint: () => void): Promise<() => Promise<void>>;
  /** Frees what reading holds; the source can be used again. */
  close(): Promise<void>;
}
