/**
 * Brings one bundle onto this machine: `<into>/<digest in hex>`, whole or not at all.
 * Invariants: the directory of a digest appears by a rename and goes by one, so its being there means that it is
 * complete; bytes are unpacked only after they were seen to have the digest; a failure or an abort leaves nothing.
 */

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../../schemas/ids.ts';
import { bundleLimits } from '../../../schemas/messages/bundle.ts';
import { download } from './download.ts';
import { BundleRefused, FetchFailed } from './failure.ts';
import { unpack } from './unpack.ts';

export interface Checkout {
  /** Absolute. */
  readonly url: string;
  readonly digest: Digest;
  /** Of the compressed bundle, as assigned. */
  readonly bytes: number;
  /** The directory that holds all versions of this artifact; made when it is missing. */
  readonly into: string;
  readonly signal: AbortSignal;
  readonly fetchTimeoutMs: number;
}

/**
 * `refused`: the bundle is genuine and may not be unpacked; trying again is of no use.
 * `again`: it did not arrive, or not as itself, or this machine could not store it.
 */
export type CheckoutResult =
  | { readonly kind: 'done'; readonly directory: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'again'; readonly why: string };

const unfinishedNames = /^\.(?:fetch|new|old)-/;
const versionName = /^[0-9a-f]{64}$/;

/** Never throws: what fails is a result. */
export async function checkout(of: Checkout): Promise<CheckoutResult> {
  const directory = join(of.into, hexOf(of.digest));
  try {
    if (await isDirectory(directory)) return { kind: 'done', directory };
    if (of.bytes > bundleLimits.tarBytes) throw new BundleRefused(`the bundle is larger than ${bundleLimits.tarBytes} bytes`);
    await mkdir(of.into, { recursive: true });
    await fetchAndUnpack(of, directory);
    return { kind: 'done', directory };
  } catch (error) {
    if (error instanceof BundleRefused) return { kind: 'refused', reason: error.message };
    if (error instanceof FetchFailed) return { kind: 'again', why: error.message };
    if (of.signal.aborted) return { kind: 'again', why: 'the checkout was called off' };
    return { kind: 'again', why: `the bundle could not be stored: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * Removes every version but those named, and what an interrupted checkout left. Not to be called while one runs.
 * What cannot be removed now is removed by a later call.
 */
export async function prune(into: string, keepDigests: Iterable<Digest>): Promise<void> {
  const keep = new Set([...keepDigests].map(hexOf));
  for (const name of await readdir(into).catch(() => [])) {
    if (unfinishedNames.test(name)) await remove(join(into, name));
    if (!versionName.test(name) || keep.has(name)) continue;
    const old = join(into, `.old-${randomUUID()}`);
    await rename(join(into, name), old);
    await remove(old);
  }
}

async function fetchAndUnpack(of: Checkout, directory: string): Promise<void> {
  const fetched = join(of.into, `.fetch-${randomUUID()}`);
  const unpacked = join(of.into, `.new-${randomUUID()}`);
  try {
    const file = await open(fetched, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      await download({ ...of, timeoutMs: of.fetchTimeoutMs }, file);
      await mkdir(unpacked);
      await chmod(unpacked, 0o755);
      await unpack(file, { bytes: of.bytes, directory: unpacked, signal: of.signal });
    } finally {
      await file.close();
    }
    of.signal.throwIfAborted();
    await putInPlace(unpacked, directory);
  } finally {
    await rm(fetched, { force: true });
    await remove(unpacked);
  }
}

/** Another checkout of the same digest may have been first; then its directory is as good. */
async function putInPlace(unpacked: string, directory: string): Promise<void> {
  try {
    await rename(unpacked, directory);
  } catch (error) {
    if (!(await isDirectory(directory))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    // A workload may have taken the right to list or change a folder away from its owner.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await makeRemovable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeRemovable(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeRemovable(join(path, entry.name));
  }
}

function hexOf(of: Digest): string {
  return of.slice('sha256:'.length);
}
