/**
 * Gzip whose bytes depend on its input alone: a header without time, name and system, and a deflate stream of fixed
 * settings that is fed in pieces of fixed size. What remains is zlib itself: one build of Node compresses alike
 * everywhere, another one may find other matches. Its bundles then have other digests, so contents that were bundled
 * before keep the digest that the index remembers. (A compressor in JavaScript would not differ; it is three times
 * slower and holds up the event loop.)
 */

import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';

/** No flags, no time, no hint at the level, unknown operating system (RFC 1952, 2.3). */
const header = Uint8Array.of(0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff);
const pieceBytes = 64 * 1024;

/** The compressor to put between `measured` and `framed`. */
export function createDeflate(): DeflateRaw {
  return createDeflateRaw({ level: 6, memLevel: 8, windowBits: 15, chunkSize: pieceBytes });
}

/** What the trailer says of the uncompressed bytes. */
export interface Measure {
  crc: number;
  bytes: number;
}

/** Hands bytes on in pieces of one size and notes in `measure` what the trailer needs. */
export async function* measured(source: AsyncIterable<Uint8Array>, measure: Measure): AsyncGenerator<Uint8Array> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  for await (const chunk of source) {
    measure.crc = crc32(chunk, measure.crc);
    measure.bytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(pieceBytes - filled, chunk.length - at);
      piece.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < pieceBytes) continue;
      yield piece;
      piece = Buffer.allocUnsafe(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Puts header and trailer around a deflate stream. */
export async function* framed(source: AsyncIterable<Uint8Array>, measure: Measure): AsyncGenerator<Uint8Array> {
  yield header;
  yield* source;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(measure.crc, 0);
  trailer.writeUInt32LE(measure.bytes % 0x1_0000_0000, 4);
  yield trailer;
}
