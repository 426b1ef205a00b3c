/**
 * A `GitRepository` over any `ObjectReader`: what references mean, what objects hold, and the limits.
 * Invariant: every object handed out has the id it was asked for by; its bytes are hashed here, whatever the reader did.
 */

import type { ObjectId } from '../../schemas/ids.ts';
import { GitFailure, type GitLimits, type GitRepository } from '../contracts/git.ts';
import { algorithmOf, objectIdOf, type ObjectKind, type ObjectReader, type RawObject } from './object.ts';
import { parseCommit, parseTagTarget, parseTree } from './parse.ts';
import { isObjectId, referenceCandidates } from './reference.ts';

/** Commits and tags are text that people wrote. */
const messageBytesMax = 1024 * 1024;
/** The longest entry: a mode, a name of 255 bytes, and a SHA-256 id. */
const entryBytesMax = 6 + 1 + 255 + 1 + 32;
const tagDepthMax = 10;

export function createRepository(reader: ObjectReader, limits: GitLimits): GitRepository {
  async function read(id: ObjectId, bytesMax: number): Promise<RawObject> {
    const object = await reader.read(id, bytesMax);
    if (object.bytes.length > bytesMax) throw new GitFailure('too-large', `object ${id} is larger than ${bytesMax} bytes`);
    if (objectIdOf(object.kind, object.bytes, algorithmOf(id)) !== id) throw new GitFailure('corrupt', `object ${id} does not hash to its id`);
    return object;
  }

  async function readAs(kind: ObjectKind, id: ObjectId, bytesMax: number): Promise<Buffer> {
    const object = await read(id, bytesMax);
    if (object.kind !== kind) throw new GitFailure('corrupt', `object ${id} is a ${object.kind}, not a ${kind}`);
    return object.bytes;
  }

  async function peel(start: ObjectId, reference: string): Promise<ObjectId> {
    let id = start;
    for (let depth = 0; depth <= tagDepthMax; depth += 1) {
      const object = await read(id, messageBytesMax);
      if (object.kind === 'commit') return id;
      if (object.kind !== 'tag') throw new GitFailure('no-such-reference', `${reference} names a ${object.kind}, not a commit`);
      id = parseTagTarget(id, object.bytes);
    }
    throw new GitFailure('refused', `${reference} is a tag of a tag, more than ${tagDepthMax} deep`);
  }

  return {
    async resolve(reference) {
      if (isObjectId(reference)) return resolveId(reference as ObjectId, peel);
      for (const name of referenceCandidates(reference)) {
        const id = await reader.reference(name);
        if (id !== null) return peel(id, reference);
      }
      if (await reader.isEmpty()) throw new GitFailure('empty', 'the repository has no commit yet');
      throw new GitFailure('no-such-reference', `the repository has no branch or tag ${reference}`);
    },
    async commit(id) {
      return parseCommit(id, await readAs('commit', id, messageBytesMax));
    },
    async tree(id) {
      return parseTree(id, await readAs('tree', id, limits.treeEntries * entryBytesMax), limits.treeEntries);
    },
    async blob(id) {
      return readAs('blob', id, limits.blobBytes);
    },
    close: () => reader.close(),
  };
}

async function resolveId(id: ObjectId, peel: (id: ObjectId, reference: string) => Promise<ObjectId>): Promise<ObjectId> {
  try {
    return await peel(id, id);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.code !== 'missing-object') throw error;
    throw new GitFailure('no-such-reference', `the repository has no commit ${id}`, { cause: error });
  }
}
