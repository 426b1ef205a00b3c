/**
 * What a Git object store must offer. Nothing here knows a work tree: revisions are resolved, objects are read by id.
 * Implementations: `git/isomorphic` (always there) and `git/native` (the system's git); one suite holds both.
 */

import type { ObjectId } from '../../schemas/ids.ts';

export interface GitCommit {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: { readonly name: string; readonly email: string; readonly atMs: number };
  readonly message: string;
}

export interface GitTreeEntry {
  readonly name: string;
  readonly kind: 'tree' | 'file' | 'executable' | 'symlink' | 'submodule';
  readonly id: ObjectId;
}

/** How to log in to a remote: bound to a URL prefix by whoever hands it out, never sent elsewhere. */
export interface GitCredential {
  readonly urlPrefix: string;
  readonly username?: string;
  readonly password?: string;
  readonly privateKeyFile?: string;
}

/** Why Git could not answer, sorted by the next move. `message` is fit to show: it never holds a credential. */
export type GitFailureCode =
  | 'refused' | 'unreachable' | 'denied' | 'no-such-reference' | 'empty' | 'corrupt' | 'too-large' | 'missing-object';

export class GitFailure extends Error {
  readonly code: GitFailureCode;
  constructor(code: GitFailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'GitFailure';
    this.code = code;
  }
}

/** Sizes above which reading is refused with `too-large`. */
export interface GitLimits {
  readonly blobBytes: number;
  readonly treeEntries: number;
  readonly fetchTimeoutMs: number;
}

/** One bare repository on this machine; either a local one that others push to, or our mirror of a remote. */
export interface GitRepository {
  /** The commit that a branch, tag or full id names, tags peeled. @throws GitFailure `no-such-reference`, `empty`, `refused` (option-like or malformed). */
  resolve(reference: string): Promise<ObjectId>;
  commit(id: ObjectId): Promise<GitCommit>;
  /** The entries of a tree in Git's order. @throws GitFailure `corrupt` on names that no tree may hold (`..`, `.git`, empty, with `/` or NUL). */
  tree(id: ObjectId): Promise<readonly GitTreeEntry[]>;
  blob(id: ObjectId): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface GitRemote {
  readonly url: string;
  readonly credential?: GitCredential;
  readonly limits: GitLimits;
}

export interface GitStore {
  readonly name: 'isomorphic' | 'native';
  /** The URL schemes that `mirror` and `listRemote` accept. */
  readonly schemes: ReadonlySet<string>;
  /** Opens a bare repository that is already here. @throws GitFailure `missing-object` when there is none at the path. */
  open(path: string, limits: GitLimits): Promise<GitRepository>;
  /** Makes or updates a bare mirror at `path` (objects and references, pruned); resolves when it is complete. The former state stays readable when it fails. */
  mirror(path: string, remote: GitRemote): Promise<void>;
  /** One ls-remote: reference name → object id, tags peeled under `name^{}`. The cheap poll. */
  listRemote(remote: GitRemote): Promise<ReadonlyMap<string, ObjectId>>;
}
