/** Archives as nobody should send them, and a server that sends them as nobody should. */

import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { digest, type Digest } from '../../../schemas/ids.ts';
import { listen } from '../../git/http-server.ts';

export type TarEntry = Partial<Omit<Header, 'pax'>> & { readonly name: string; readonly content?: string | Uint8Array; readonly pax?: Record<string, string> };

export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const { content, ...header } of entries) {
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null): void => (error ? reject(error) : resolve());
      if (content === undefined) tar.entry(header, done);
      else tar.entry(header, Buffer.from(content), done);
    });
  }
  tar.finalize();
  await reading;
  return Buffer.concat(chunks);
}

export interface Bundle {
  readonly body: Buffer;
  readonly digest: Digest;
  readonly bytes: number;
}

export async function bundleOf(entries: readonly TarEntry[]): Promise<Bundle> {
  return bundleOfBytes(gzipSync(await tarOf(entries)));
}

export function bundleOfBytes(body: Buffer): Bundle {
  return { body, bytes: body.length, digest: digest(`sha256:${createHash('sha256').update(body).digest('hex')}`) };
}

/** Answers every request in the given way; the default is to send the body whole. @returns the absolute URL. */
export async function serve(body: Buffer, answer: (response: ServerResponse, body: Buffer) => void = (response) => response.end(body)): Promise<string> {
  const origin = await listen(createServer((_request, response) => answer(response, body)));
  return `${origin}/bundles/x?member=m&expires=1&signature=s`;
}

/** Everything below a folder: path → mode and content, or the target of a link. */
export async function treeOf(folder: string, prefix = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const full = join(folder, path);
    if (entry.isSymbolicLink()) found[path] = `-> ${await readlink(full)}`;
    else if (entry.isDirectory()) Object.assign(found, await treeOf(folder, path));
    else found[path] = `${((await lstat(full)).mode & 0o7777).toString(8)} ${(await readFile(full)).toString('base64')}`;
  }
  return found;
}
