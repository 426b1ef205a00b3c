/** The identity of this platform and the ports it has picked: kept in files of the data directory, outside the store. */

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createIdentity, identityMaterial, loadIdentity, type IdentityMaterial, type InstallationIdentity } from '../../agent/transports/keys.ts';

/** Reads the identity, or makes one the first time. @throws Error when the file is damaged: a new identity would orphan every member. */
export function openIdentity(dataDirectory: string): InstallationIdentity {
  const file = join(dataDirectory, 'identity', 'identity.json');
  if (existsSync(file)) {
    try {
      return loadIdentity(JSON.parse(readFileSync(file, 'utf8')) as IdentityMaterial);
    } catch (cause) {
      throw new Error(`${file} cannot be read: restore it from a backup, or remove it together with every member that runs`, { cause });
    }
  }
  const identity = createIdentity();
  writePrivate(file, JSON.stringify(identityMaterial(identity), null, 2));
  return identity;
}

/** A port kept under a name: the one of the last start when it is free, else a new one. */
export async function keptPort(dataDirectory: string, name: string): Promise<number> {
  const file = join(dataDirectory, 'identity', 'ports.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  const port = (await freePort(kept[name] ?? 0)) ?? (await freePort(0));
  if (port === null) throw new Error('no free port on 127.0.0.1');
  if (kept[name] !== port) writePrivate(file, JSON.stringify({ ...kept, [name]: port }, null, 2));
  return port;
}

/** Null when the port is taken. 0 picks any. */
export function freePort(port: number, host = '127.0.0.1'): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}

/** Written whole or not at all, readable by its owner only. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
