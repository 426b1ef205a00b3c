/**
 * The definition files of a folder as it stands. A file whose size and times are unchanged is not read again.
 * Symbolic links are never followed; a folder that cannot be listed fails the scan, because its files are not gone.
 */

import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRefusal, SourceFile } from '../../contracts/source.ts';
import { objectIdOf } from '../../git/object.ts';
import { isDefinitionFile, isHidden, type SourceLimits } from '../definition-file.ts';

export interface ScannedFile extends SourceFile {
  /** Null when the file is refused. */
  readonly bytes: Uint8Array | null;
  /** Changes whenever the file may have changed. */
  readonly stamp: string;
}

export class TooLargeError extends Error {}

/** @throws TooLargeError above a limit; the file system's error when a folder cannot be listed. */
export async function scanFolder(root: string, known: ReadonlyMap<string, ScannedFile>, limits: SourceLimits): Promise<Map<string, ScannedFile>> {
  const paths = await definitionPaths(root, limits);
  const files = new Map<string, ScannedFile>();
  let total = 0;
  for (const path of paths) {
    const file = await scanFile(join(root, path), known.get(path), limits.fileBytes);
    if (!file) continue;
    total += file.bytes?.length ?? 0;
    if (total > limits.totalBytes) throw new TooLargeError(`the folder holds more than ${limits.totalBytes} bytes of definitions`);
    files.set(path, file);
  }
  return files;
}

async function definitionPaths(root: string, limits: SourceLimits): Promise<readonly string[]> {
  const found: string[] = [];
  let folders = [''];
  for (let visited = 1; folders.length > 0; visited += folders.length) {
    if (visited > limits.folders) throw new TooLargeError(`the folder has more than ${limits.folders} folders`);
    const next: string[] = [];
    for (const folder of folders) {
      for (const entry of await listFolder(join(root, folder), folder === '')) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (isHidden(entry.name)) continue;
        if (entry.isDirectory()) next.push(path);
        else if (isDefinitionFile(entry.name)) found.push(path);
      }
    }
    if (found.length > limits.files) throw new TooLargeError(`the folder has more than ${limits.files} definition files`);
    folders = next;
  }
  return found.sort();
}

async function listFolder(folder: string, isRoot: boolean): Promise<Awaited<ReturnType<typeof readEntries>>> {
  try {
    return await readEntries(folder);
  } catch (error) {
    // It was removed between the listing of its parent and its own.
    if (!isRoot && isMissing(error)) return [];
    throw error;
  }
}

function readEntries(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

/** Null when it is gone, or is no file at all. */
async function scanFile(path: string, known: ScannedFile | undefined, bytesMax: number): Promise<ScannedFile | null> {
  try {
    const stats = await lstat(path, { bigint: true });
    const stamp = stampOf(stats);
    if (known?.stamp === stamp) return known;
    if (stats.isSymbolicLink()) return refused(stamp, { refused: 'symlink', message: 'symbolic links are not followed' });
    if (!stats.isFile()) return null;
    if (stats.size > bytesMax) return refused(stamp, { refused: 'too-large', message: `the file has ${stats.size} bytes, more than ${bytesMax}` });
    return await readFile(path, bytesMax);
  } catch (error) {
    if (isMissing(error)) return null;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return refused(code, { refused: 'unreadable', message: `the file cannot be read: ${code}` });
  }
}

async function readFile(path: string, bytesMax: number): Promise<ScannedFile> {
  // What was a file a moment ago may be a link or a pipe by now.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat({ bigint: true });
    const bytes = Buffer.alloc(Math.min(Number(stats.size), bytesMax));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const read = bytes.subarray(0, bytesRead);
    return { blob: objectIdOf('blob', read), refusal: null, bytes: read, stamp: stampOf(stats) };
  } finally {
    await file.close();
  }
}

function refused(stamp: string, refusal: FileRefusal): ScannedFile {
  return { blob: `${refusal.refused}:${stamp}`, refusal, bytes: null, stamp };
}

function stampOf(stats: BigIntStats): string {
  return [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join('.');
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
