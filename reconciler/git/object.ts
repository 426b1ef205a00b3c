/** Raw objects and what a store must be able to read; everything above them is common to all stores. */

import { createHash } from 'node:crypto';
import { objectId, type ObjectId } from '../../schemas/ids.ts';

export type ObjectKind = 'commit' | 'tree' | 'blob' | 'tag';

export interface RawObject {
  readonly kind: ObjectKind;
  readonly bytes: Buffer;
}

/** What each implementation provides; `repository.ts` makes a `GitRepository` of it. */
export interface ObjectReader {
  /** @throws GitFailure `missing-object`, `too-large` (above `bytesMax`), `corrupt`. */
  read(id: ObjectId, bytesMax: number): Promise<RawObject>;
  /** The object that a full, well-formed reference name points at, not peeled; null when there is none. */
  reference(name: string): Promise<ObjectId | null>;
  /** Whether the repository has no branch and no tag at all. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

/** The id that an object of this content has. */
export function objectIdOf(kind: ObjectKind, bytes: Uint8Array, algorithm: 'sha1' | 'sha256' = 'sha1'): ObjectId {
  return objectId(createHash(algorithm).update(`${kind} ${bytes.length}\0`).update(bytes).digest('hex'));
}

export function algorithmOf(id: ObjectId): 'sha1' | 'sha256' {
  return id.length === 40 ? 'sha1' : 'sha256';
}
