/** A real smart HTTP server over `git http-backend`, with the faults that a server may have. */

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { searchPath } from './folders.ts';

export interface GitHttpServer {
  readonly origin: string;
  /** The `Authorization` header of each request, in order; null when there was none. */
  readonly authorizations: (string | null)[];
  readonly requests: string[];
  /** May change what happens to a request; true when it has answered by itself. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** Applied to the bytes of a pack response. */
  alterPack: ((body: Buffer) => Buffer) | null;
}

/** @param login `user:password` that every request must show. */
export async function serveRepositories(root: string, login?: string): Promise<GitHttpServer> {
  const state: Omit<GitHttpServer, 'origin'> = { authorizations: [], requests: [], intercept: null, alterPack: null };
  const server = createServer((request, response) => {
    state.requests.push(`${request.method} ${request.url}`);
    state.authorizations.push(request.headers.authorization ?? null);
    if (state.intercept?.(request, response)) return;
    if (login !== undefined && request.headers.authorization !== `Basic ${Buffer.from(login).toString('base64')}`) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    answer(root, request, response, state);
  });
  return Object.assign(state, { origin: await listen(server) });
}

/** Starts a plain server on a free port of the loopback address and stops it after the test. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(root: string, request: IncomingMessage, response: ServerResponse, state: Pick<GitHttpServer, 'alterPack'>): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], { env: {
    PATH: searchPath, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
    PATH_INFO: decodeURIComponent(url.pathname), QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '', REMOTE_ADDR: '127.0.0.1',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '', GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  } });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => {});
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const headers = Object.fromEntries(all.toString('latin1', 0, Math.max(0, end)).split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const { status = '200', ...rest } = headers;
    const body = all.subarray(end + 4);
    response.writeHead(Number.parseInt(status, 10), rest);
    response.end(state.alterPack && request.method === 'POST' && body.includes('PACK') ? state.alterPack(body) : body);
  });
}
