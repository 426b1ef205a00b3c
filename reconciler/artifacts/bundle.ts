/**
 * Packs one tree of a repository as a bundle: the canonical gzip'd tar of `schemas/messages/bundle.ts`.
 * Invariants: the same tree gives the same bytes, whichever store it is read through and whenever; no more than one file of the tree is
 * in memory at a time; what exceeds the limits is refused before it is written in full.
 */

import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { digest, type Digest, type ObjectId } from '../../schemas/ids.ts';
import { tarBytesAllowed, type BundleLimits } from '../../schemas/messages/bundle.ts';
import { GitFailure, type GitRepository } from '../contracts/git.ts';
import { bundleEntries, shown, type BundleEntry } from './entries.ts';
import { createDeflate, framed, measured, type Measure } from './gzip.ts';
import { BundleRefused } from './refusal.ts';

export interface PackedBundle {
  readonly digest: Digest;
  /** Of the compressed bundle. */
  readonly bytes: number;
}

/**
 * Writes the bundle of a tree and resolves when the sink has all of it.
 * @throws BundleRefused when the tree can not be a bundle; the text names the file.
 * @throws GitFailure as reading the repository does.
 */
export async function packBundle(of: {
  readonly repository: GitRepository;
  readonly tree: ObjectId;
  readonly limits: BundleLimits;
  readonly sink: NodeJS.WritableStream;
}): Promise<PackedBundle> {
  const entries = await bundleEntries(of.repository, of.tree, of.limits);
  if (entries.length === 0) throw new BundleRefused('there is no file');
  const tar = pack();
  const measure: Measure = { crc: 0, bytes: 0 };
  const hash = createHash('sha256');
  let bytes = 0;
  const feeding = feed(tar, entries, of.repository).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const packing = pipeline(
    () => bounded(measured(tar as AsyncIterable<unknown> as AsyncIterable<Uint8Array>, measure), measure, of.limits),
    createDeflate(),
    (source: AsyncIterable<Uint8Array>) => framed(source, measure),
    async function* count(source: AsyncIterable<Uint8Array>) {
      for await (const chunk of source) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    of.sink,
  );
  const [fed, packed] = await Promise.allSettled([feeding, packing]);
  throwFirstCause(fed, packed);
  if (measure.bytes > tarBytesAllowed(bytes, of.limits)) {
    throw new BundleRefused(`${measure.bytes} bytes compress to ${bytes}: agents refuse a bundle that dense`);
  }
  return { digest: digest(`sha256:${hash.digest('hex')}`), bytes };
}

/** The side that failed by itself says why; the other one then only says that it was torn down. */
function throwFirstCause(fed: PromiseSettledResult<void>, packed: PromiseSettledResult<void>): void {
  if (packed.status === 'rejected' && packed.reason instanceof BundleRefused) throw packed.reason;
  if (fed.status === 'rejected' && !isTornDown(fed.reason)) throw fed.reason;
  if (packed.status === 'rejected') throw packed.reason;
  if (fed.status === 'rejected') throw fed.reason;
}

class TornDown extends Error {}

function isTornDown(reason: unknown): boolean {
  return reason instanceof TornDown;
}

async function feed(tar: Pack, entries: readonly BundleEntry[], repository: GitRepository): Promise<void> {
  for (const entry of entries) {
    if (tar.destroyed) throw new TornDown();
    if (entry.kind === 'symlink') {
      await add(tar, { name: entry.path, type: 'symlink', linkname: entry.target, mode: 0o777 }, null);
      continue;
    }
    const content = await read(repository, entry);
    if (isLfsPointer(content)) {
      throw new BundleRefused(`${shown(entry.path)} is a Git LFS pointer, not the file itself; Git LFS is not supported for artifacts, so put the file into Git or fetch it when the workload starts`);
    }
    await add(tar, { name: entry.path, type: 'file', mode: entry.kind === 'executable' ? 0o755 : 0o644 }, content);
  }
  tar.finalize();
}

async function read(repository: GitRepository, entry: { readonly path: string; readonly blob: ObjectId }): Promise<Uint8Array> {
  try {
    return await repository.blob(entry.blob);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.code !== 'too-large') throw error;
    throw new BundleRefused(`${shown(entry.path)} is too large: ${error.message}`);
  }
}

interface Header {
  readonly name: string;
  readonly type: 'file' | 'symlink';
  readonly mode: number;
  readonly linkname?: string;
}

function add(tar: Pack, header: Header, content: Uint8Array | null): Promise<void> {
  const whole = { ...header, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(new TornDown(error.message)) : resolve());
    if (content === null) tar.entry(whole, done);
    else tar.entry(whole, Buffer.from(content.buffer, content.byteOffset, content.byteLength), done);
  });
}

async function* bounded(source: AsyncIterable<Uint8Array>, measure: Measure, limits: BundleLimits): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    if (measure.bytes > limits.tarBytes) throw new BundleRefused(`the files together are larger than ${limits.tarBytes} bytes`);
    yield piece;
  }
}

const lfsPointerStart = Buffer.from('version https://git-lfs.github.com/spec/');
/** The specification says that a pointer is smaller than this. */
const lfsPointerBytesMax = 1024;

function isLfsPointer(content: Uint8Array): boolean {
  return content.length < lfsPointerBytesMax && lfsPointerStart.equals(content.subarray(0, lfsPointerStart.length));
}
