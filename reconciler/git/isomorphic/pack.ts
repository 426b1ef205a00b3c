/**
 * Checking a pack before anything reads it: its checksum, and that every object in it inflates to the size it claims,
 * within a bound. isomorphic-git checks neither when it receives a pack.
 */

import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { GitFailure } from '../../contracts/git.ts';

/** The largest object, inflated, that one pack may hold. */
const objectBytesMax = 128 * 1024 * 1024;
const trailerBytes = 20;
const objectsPerTurn = 200;
const offsetDelta = 6;
const idDelta = 7;

/** The number of objects. @throws GitFailure `corrupt`, `too-large`. */
export async function checkPack(pack: Buffer): Promise<number> {
  if (pack.length < 12 + trailerBytes || pack.toString('latin1', 0, 4) !== 'PACK' || pack.readUInt32BE(4) !== 2) {
    throw new GitFailure('corrupt', 'the server sent no pack of version 2');
  }
  const end = pack.length - trailerBytes;
  const sum = createHash('sha1').update(pack.subarray(0, end)).digest();
  if (!sum.equals(pack.subarray(end))) throw new GitFailure('corrupt', 'the pack is truncated or changed: its checksum does not match');
  const count = pack.readUInt32BE(8);
  let at = 12;
  for (let index = 0; index < count; index += 1) {
    at = skipObject(pack, at, end);
    if (index % objectsPerTurn === 0) await nextTurn();
  }
  if (at !== end) throw new GitFailure('corrupt', 'the pack holds more than its objects');
  return count;
}

/** Where the next object begins. */
function skipObject(pack: Buffer, start: number, end: number): number {
  let at = start;
  const next = (): number => {
    if (at >= end) throw new GitFailure('corrupt', 'the pack ends in the middle of an object');
    return pack[at++] ?? 0;
  };
  let byte = next();
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = next();
    size += (byte & 0x7f) * factor;
  }
  if (type === 0 || type === 5) throw new GitFailure('corrupt', 'the pack holds an object of unknown type');
  if (type === offsetDelta) while (next() & 0x80);
  if (type === idDelta) at += trailerBytes;
  const { data, read } = inflate(pack.subarray(at, end), size);
  if (type === offsetDelta || type === idDelta) refuseHuge(deltaResultBytes(data));
  return at + read;
}

function inflate(compressed: Buffer, size: number): { data: Buffer; read: number } {
  refuseHuge(size);
  try {
    // `info` answers with the engine as well, which knows how much of the input belonged to the object.
    const { buffer, engine } = inflateSync(compressed, { info: true, maxOutputLength: Math.max(1, size) }) as unknown as
      { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length === size) return { data: buffer, read: engine.bytesWritten };
  } catch (cause) {
    throw new GitFailure('corrupt', 'an object in the pack does not inflate to its size', { cause });
  }
  throw new GitFailure('corrupt', 'an object in the pack does not inflate to its size');
}

/** A delta begins with the size of its base and the size of what it makes. */
function deltaResultBytes(delta: Buffer): number {
  let at = 0;
  let size = 0;
  for (let number = 0; number < 2; number += 1) {
    size = 0;
    for (let factor = 1, byte = 0x80; byte & 0x80; factor *= 128) {
      byte = delta[at++] ?? 0;
      size += (byte & 0x7f) * factor;
    }
  }
  return size;
}

function refuseHuge(bytes: number): void {
  if (bytes > objectBytesMax) throw new GitFailure('too-large', `an object in the pack has ${bytes} bytes, more than ${objectBytesMax}`);
}
