/** Reading objects and references of one repository through isomorphic-git, with one cache that is dropped when idle. */

import fs from 'node:fs';
import git from 'isomorphic-git';
import { inflateSync } from 'node:zlib';
import { objectId, type ObjectId } from '../../../schemas/ids.ts';
import { GitFailure } from '../../contracts/git.ts';
import type { ObjectKind, ObjectReader, RawObject } from '../object.ts';

/** `commit 1048576` and a NUL, with room to spare. */
const headerBytesMax = 64;

/** @param idleMs How long packs stay in memory after the last read. */
export function createIsomorphicReader(gitdir: string, idleMs: number): ObjectReader {
  let cache: object = {};
  let idleTimer: NodeJS.Timeout | undefined;
  let closed = false;

  function touch(): void {
    if (closed) throw new GitFailure('refused', 'the repository is closed');
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      cache = {};
    }, idleMs).unref();
  }

  async function read(id: ObjectId, bytesMax: number): Promise<RawObject> {
    const found = await git.readObject({ fs, gitdir, oid: id, format: 'deflated', cache });
    const bytes = Buffer.from(found.object as Uint8Array);
    if (found.format === 'deflated') return unwrap(id, inflate(id, bytes, bytesMax), bytesMax);
    if (found.format === 'wrapped') return unwrap(id, bytes, bytesMax);
    return { kind: found.type as ObjectKind, bytes };
  }

  return {
    async read(id, bytesMax) {
      touch();
      try {
        return await read(id, bytesMax);
      } catch (error) {
        // A pack may have been replaced between listing and reading: look once more, from nothing.
        if (!isPackGone(error)) throw failureOf(error, id);
        cache = {};
        return read(id, bytesMax).catch((again: unknown) => {
          throw failureOf(again, id);
        });
      }
    },
    async reference(name) {
      touch();
      try {
        return objectId(await git.resolveRef({ fs, gitdir, ref: name }));
      } catch (error) {
        if (isNamed(error, 'NotFoundError')) return null;
        throw new GitFailure('corrupt', `the reference ${name} cannot be read`, { cause: error });
      }
    },
    async isEmpty() {
      const found = await Promise.all([git.listBranches({ fs, gitdir }), git.listTags({ fs, gitdir })]);
      return found.every((names) => names.length === 0);
    },
    async close() {
      closed = true;
      clearTimeout(idleTimer);
      cache = {};
    },
  };
}

function inflate(id: ObjectId, deflated: Buffer, bytesMax: number): Buffer {
  try {
    return inflateSync(deflated, { maxOutputLength: bytesMax + headerBytesMax });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(id, bytesMax);
    throw new GitFailure('corrupt', `object ${id} does not inflate`, { cause });
  }
}

function unwrap(id: ObjectId, wrapped: Buffer, bytesMax: number): RawObject {
  const end = wrapped.indexOf(0);
  const header = /^(commit|tree|blob|tag) (\d+)$/.exec(wrapped.toString('latin1', 0, Math.max(0, Math.min(end, headerBytesMax))));
  const bytes = wrapped.subarray(end + 1);
  if (!header || Number(header[2]) !== bytes.length) throw new GitFailure('corrupt', `object ${id} has a malformed header`);
  if (bytes.length > bytesMax) throw tooLarge(id, bytesMax);
  return { kind: header[1] as ObjectKind, bytes };
}

function failureOf(error: unknown, id: ObjectId): GitFailure {
  if (error instanceof GitFailure) return error;
  if (isNamed(error, 'NotFoundError')) return new GitFailure('missing-object', `the repository holds no object ${id}`, { cause: error });
  return new GitFailure('corrupt', `object ${id} cannot be read`, { cause: error });
}

function isPackGone(error: unknown): boolean {
  return error instanceof Error && /Could not read packfile/.test(error.message);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function tooLarge(id: ObjectId, bytesMax: number): GitFailure {
  return new GitFailure('too-large', `object ${id} has more than ${bytesMax} bytes`);
}
