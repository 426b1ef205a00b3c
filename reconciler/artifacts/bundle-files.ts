/**
 * The bundles on disk, `<directory>/<digest>.tar.gz`, named by what they hold.
 * Invariants: a file under its final name is whole (written aside, then renamed); a file is handed out only after its
 * bytes were seen to have its digest; what does not is removed; a bundle that is asked for twice is built once.
 */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digest, type Digest } from '../../schemas/ids.ts';
import type { PackedBundle } from './bundle.ts';

export interface BundleFile {
  readonly path: string;
  readonly bytes: number;
}

export interface BundleFiles {
  /** The verified file of a bundle; null when it is not held, or was corrupt and is removed now. */
  find(digest: Digest): Promise<BundleFile | null>;
  /** Runs `pack` into a file and keeps it under its digest. Calls with one key at one time share one run and its failure. */
  build(key: string, pack: (sink: NodeJS.WritableStream) => Promise<PackedBundle>): Promise<PackedBundle>;
  list(): Promise<readonly Digest[]>;
  remove(digest: Digest): Promise<void>;
}

const suffix = '.tar.gz';
const unfinished = '.new-';

/** Makes the directory and removes what an interrupted run left in it. */
export async function openBundleFiles(directory: string): Promise<BundleFiles> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    if (name.startsWith(unfinished)) await rm(join(directory, name), { force: true });
  }
  const building = new Map<string, Promise<PackedBundle>>();
  /** Digest → the file's identity when its bytes were last hashed. */
  const verified = new Map<Digest, string>();
  const pathOf = (of: Digest): string => join(directory, hexOf(of) + suffix);

  async function find(of: Digest): Promise<BundleFile | null> {
    const path = pathOf(of);
    const seen = await identityOf(path);
    if (seen === null) return null;
    if (verified.get(of) !== seen.identity) {
      if ((await hashFile(path)) !== of) {
        await rm(path, { force: true });
        return null;
      }
      verified.set(of, seen.identity);
    }
    return { path, bytes: seen.bytes };
  }

  async function write(pack: (sink: NodeJS.WritableStream) => Promise<PackedBundle>): Promise<PackedBundle> {
    const temporary = join(directory, unfinished + randomUUID());
    const file = await open(temporary, 'wx', 0o600);
    const sink = file.createWriteStream({ flush: true });
    try {
      const packed = await pack(sink);
      if ((await find(packed.digest)) === null) await rename(temporary, pathOf(packed.digest));
      return packed;
    } finally {
      sink.destroy();
      await file.close();
      await rm(temporary, { force: true });
    }
  }

  return {
    find,
    build(key, pack) {
      const running = building.get(key);
      if (running !== undefined) return running;
      const started = write(pack).finally(() => building.delete(key));
      building.set(key, started);
      return started;
    },
    async list() {
      const names = await readdir(directory);
      return names.filter((name) => /^[0-9a-f]{64}\.tar\.gz$/.test(name)).map((name) => digest(`sha256:${name.slice(0, -suffix.length)}`));
    },
    async remove(of) {
      verified.delete(of);
      await rm(pathOf(of), { force: true });
    },
  };
}

/** The 64 hex digits of a digest. */
export function hexOf(of: Digest): string {
  return of.slice('sha256:'.length);
}

async function identityOf(path: string): Promise<{ readonly identity: string; readonly bytes: number } | null> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return { identity: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, bytes: size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function hashFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return digest(`sha256:${hash.digest('hex')}`);
}
