/**
 * Unpacks a bundle into a directory of its own, by the rules of `schemas/messages/bundle.ts`. The bytes are genuine
 * when they come here; they are still not trusted.
 *
 * Invariants: nothing is written outside the directory, and nothing through a link: links are made after everything
 * else; nothing is overwritten; owner, times and special mode bits of the archive have no effect; the work is bounded
 * by the limits, whatever the archive says of itself.
 */

import { constants } from 'node:fs';
import { chmod, mkdir, open, symlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { bundleLimits, createTwinFinder, linkProblem, pathProblem, tarBytesAllowed } from '../../../schemas/messages/bundle.ts';
import { BundleRefused } from './failure.ts';

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Fills `directory`, which is empty, from the first `bytes` of the file.
 * @throws BundleRefused naming the entry at fault. Files may have been written until then: the directory is to be removed.
 */
export async function unpack(file: FileHandle, of: { readonly bytes: number; readonly directory: string; readonly signal: AbortSignal }): Promise<void> {
  const archive = extract();
  const admit = createAdmission(of.directory);
  const reading = pipeline(
    file.createReadStream({ start: 0, end: of.bytes - 1, autoClose: false }),
    createGunzip(),
    (source: AsyncIterable<Buffer>) => bounded(source, tarBytesAllowed(of.bytes)),
    archive as unknown as NodeJS.WritableStream,
    { signal: of.signal },
  );
  const writing = (async () => {
    for await (const entry of archive) await admit.take(entry.header, entry as AsyncIterable<unknown> as AsyncIterable<Buffer>);
  })();
  const [read, written] = await Promise.allSettled([reading, writing]);
  of.signal.throwIfAborted();
  for (const end of [written, read]) if (end.status === 'rejected') throw asRefusal(end.reason);
  await admit.makeLinks();
}

async function* bounded(source: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.length;
    if (seen > most) throw new BundleRefused(`the bundle unpacks to more than ${most} bytes`);
    yield chunk;
  }
}

interface Admission {
  /** Judges one entry and writes it, unless it is a link. */
  take(header: Header, content: AsyncIterable<Buffer>): Promise<void>;
  makeLinks(): Promise<void>;
}

function createAdmission(root: string): Admission {
  const twinOf = createTwinFinder();
  const folders = new Set<string>();
  /** Every path that an entry of its own stands for. */
  const taken = new Set<string>();
  const links = new Map<string, string>();
  let entries = 0;

  async function makeFolder(path: string): Promise<void> {
    if (path === '' || folders.has(path)) return;
    if (taken.has(path)) throw new BundleRefused(`${shown(path)} is a file or link and cannot hold others`);
    await makeFolder(parentOf(path));
    await mkdir(join(root, path));
    // Not by `mkdir`, whose mode the umask would cut.
    await chmod(join(root, path), 0o755);
    folders.add(path);
  }

  function judge(header: Header): string {
    entries += 1;
    if (entries > bundleLimits.entries) throw new BundleRefused(`the bundle holds more than ${bundleLimits.entries} entries`);
    const kind = kindOf(header);
    const path = kind === 'folder' ? header.name.replace(/\/$/, '') : header.name;
    // The stream of a folder that claims a size never ends: it must not be waited for.
    if (kind !== 'file' && header.size !== 0) throw new BundleRefused(`${shown(path)} has content, but is no file`);
    const problem = pathProblem(path);
    if (problem !== null) throw new BundleRefused(`the entry ${shown(header.name)} ${problem}`);
    if (taken.has(path) || (kind !== 'folder' && folders.has(path))) throw new BundleRefused(`${shown(path)} stands in the bundle twice`);
    const twins = twinOf(path);
    if (twins !== null) throw new BundleRefused(`${shown(twins.one)} and ${shown(twins.other)} would be one file on some systems`);
    return path;
  }

  return {
    async take(header, content) {
      const path = judge(header);
      const kind = kindOf(header);
      await makeFolder(parentOf(path));
      if (kind === 'folder') await makeFolder(path);
      taken.add(path);
      if (kind === 'link') links.set(path, header.linkname ?? '');
      if (kind === 'file') await writeFile(join(root, path), (header.mode & 0o100) !== 0, content);
    },
    async makeLinks() {
      for (const path of links.keys()) {
        const problem = linkProblem(links, path);
        if (problem !== null) throw new BundleRefused(`the symbolic link ${shown(path)} ${problem}`);
      }
      for (const [path, target] of links) await symlink(target, join(root, path));
    },
  };
}

function kindOf(header: Header): 'file' | 'folder' | 'link' {
  const extensions = Object.keys(header.pax ?? {});
  if (extensions.some((name) => name.startsWith('GNU.sparse'))) throw new BundleRefused(`the entry ${shown(header.name)} is a sparse file`);
  if (header.type === 'file') return 'file';
  if (header.type === 'directory') return 'folder';
  if (header.type === 'symlink') return 'link';
  throw new BundleRefused(`the entry ${shown(header.name)} is a ${header.type === 'link' ? 'hard link' : header.type ?? 'thing of unknown kind'}; bundles hold files, folders and symbolic links`);
}

async function writeFile(path: string, executable: boolean, content: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, newFile, 0o600);
  try {
    for await (const chunk of content) {
      for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at, chunk.length - at)).bytesWritten;
    }
    await file.chmod(executable ? 0o755 : 0o644);
  } finally {
    await file.close();
  }
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}

/** What this machine could not do (a full disk) is no fault of the bundle; what the decoders could not read is. */
function asRefusal(reason: unknown): unknown {
  if (reason instanceof BundleRefused || !(reason instanceof Error)) return reason;
  const { code, syscall } = reason as NodeJS.ErrnoException;
  if (syscall !== undefined) return reason;
  return new BundleRefused(`the bundle cannot be read: ${reason.message}${code === undefined ? '' : ` (${code})`}`);
}
