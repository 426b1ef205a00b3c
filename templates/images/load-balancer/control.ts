/** The balancer's private door: whoever may read its run directory may tell it that the peers have changed. */

import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Listens on the loopback and leaves `{port, token}` in `<run directory>/balancer-control.json`. `reload` answers the caller. */
export async function openControl(runDirectory: string, reload: () => Promise<void>): Promise<void> {
  const token = randomUUID();
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'POST' || request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(403).end();
    reload().then(
      () => response.writeHead(200).end('in force\n'),
      (error: unknown) => response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const path = join(runDirectory, 'balancer-control.json');
  const { port } = server.address() as AddressInfo;
  await writeFile(`${path}.new`, JSON.stringify({ port, token }), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
