/** Bundles for tests: gzip'd tars made from text, served over HTTP. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { digestOfBytes } from '../../schemas/digest.ts';
import { objectId, repositoryId } from '../../schemas/ids.ts';
import type { AssignedArtifact } from '../../schemas/messages/assignment.ts';

export interface BundleServer {
  readonly url: string;
  /** Packs files (path → content; those below `bin/` become executable) and serves them as one commit. */
  add(commitDigit: string, files: Readonly<Record<string, string>>): Promise<AssignedArtifact>;
  /** From now on bundles take this long. */
  delayMs: number;
  close(): Promise<void>;
}

export async function startBundleServer(): Promise<BundleServer> {
  const bundles = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const bytes = bundles.get(request.url ?? '');
    setTimeout(() => response.writeHead(bytes === undefined ? 404 : 200, { 'content-length': bytes?.length ?? 0 }).end(bytes), result.delayMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const result: BundleServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    delayMs: 0,
    async add(commitDigit, files) {
      const bytes = await packFiles(files);
      const digest = digestOfBytes(bytes);
      bundles.set(`/${digest}`, bytes);
      return { repository: repositoryId('code'), commit: objectId(commitDigit.repeat(40)), digest, url: digest.replace(':', '%3A'), bytes: bytes.length };
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  server.prependListener('request', (request) => {
    request.url = decodeURIComponent(request.url ?? '');
  });
  return result;
}

async function packFiles(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mode: name.startsWith('bin/') ? 0o755 : 0o644, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
