/** Bytes both ways between two sockets, for ports that do not speak HTTP and for connections that stop speaking it. */

import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** `unsent`: no connection to the server stood, the client is untouched. `ended`: it stood, and both ends are closed now. */
export type Passage = { readonly kind: 'ended' } | { readonly kind: 'unsent'; readonly why: string };

/** Pipes a client to a server until either ends. `first`: bytes that the server gets before anything the client sends. Never rejects. */
export function tunnel(client: Duplex, target: { readonly host: string; readonly port: number }, first: Buffer | null = null): Promise<Passage> {
  return new Promise((resolve) => {
    let connected = false;
    const server: Socket = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true });
    const onClientGone = (): void => {
      server.destroy();
    };
    client.on('error', onClientGone);
    client.on('close', onClientGone);
    server.once('connect', () => {
      connected = true;
      if (first !== null && first.length > 0) server.write(first);
      client.pipe(server);
      server.pipe(client);
    });
    server.on('error', () => undefined);
    server.once('close', () => {
      client.off('close', onClientGone);
      if (connected) {
        // An orderly end has already ended the client behind its last bytes; only a broken one may cut them off.
        if (server.errored) client.destroy();
        return resolve({ kind: 'ended' });
      }
      client.off('error', onClientGone);
      resolve(client.destroyed ? { kind: 'ended' } : { kind: 'unsent', why: server.errored?.message ?? 'no connection' });
    });
  });
}

/** The head of a request as it came, to begin a connection with that is to be upgraded. */
export function headOf(request: IncomingMessage, rest: Buffer, forwarded: boolean): Buffer {
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
  if (forwarded) {
    const { host, 'x-forwarded-host': forwardedHost, 'x-forwarded-proto': forwardedProto } = request.headers;
    lines.push(`X-Forwarded-For: ${request.socket.remoteAddress ?? ''}`);
    if (forwardedProto === undefined) lines.push('X-Forwarded-Proto: http');
    if (forwardedHost === undefined && host !== undefined) lines.push(`X-Forwarded-Host: ${host}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]);
}
