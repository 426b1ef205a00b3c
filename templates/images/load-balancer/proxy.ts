/**
 * Handing requests to backends. A request goes to another backend when the first took no connection, or broke it and the
 * request may be repeated. No byte of a body is read before a connection stands, so that nothing is lost by trying. When
 * none is left, a request waits once for another one to come.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { createProxyServer } from 'httpxy';
import type { Backend, Backends } from './backends.ts';
import type { Settings } from './settings.ts';

const triesMax = 5;
const awaitBackendMs = 2000;

export function createBalancer(backends: Backends, settings: Settings): Server {
  const answering = new WeakMap<IncomingMessage, Backend>();
  const proxy = createProxy(answering, settings);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    delete request.headers.expect;
    const tried = new Set<Backend>();
    let waited = false;
    while (tried.size < triesMax && !response.destroyed) {
      const backend = backends.pick(tried);
      if (backend === null) {
        if (waited) break;
        waited = true;
        await backends.another(tried, awaitBackendMs);
        continue;
      }
      tried.add(backend);
      answering.set(request, backend);
      backend.inFlight += 1;
      try {
        const { host, port, agent } = backend;
        await proxy.web(request, response, { target: { protocol: 'http:', host, port }, agent, ...(hasBody(request) ? { buffer: new PassThrough() } : {}) });
        return;
      } catch (error) {
        backends.avoid(backend);
        if (!isUnsent(error) && !isRepeatable(request)) break;
      } finally {
        backend.inFlight -= 1;
      }
      if (response.headersSent) break;
    }
    refuse(request, response, settings);
  };

  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    socket.on('error', () => undefined);
    await backends.another(new Set(), awaitBackendMs);
    const backend = backends.pick(new Set());
    if (backend === null) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    backend.inFlight += 1;
    socket.once('close', () => {
      backend.inFlight -= 1;
    });
    await proxy.ws(request, socket, { target: { protocol: 'http:', host: backend.host, port: backend.port } }, head).catch(() => socket.destroy());
  };

  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (request, response) => void serve(request, response));
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket as Socket, head));
  return server;
}

/** The library's proxy; `answering` says which backend has a request. */
function createProxy(answering: WeakMap<IncomingMessage, Backend>, settings: Settings): ReturnType<typeof createProxyServer> {
  const proxy = createProxyServer({ proxyTimeout: 0 });
  proxy.on('proxyReq', (outgoing, request, _response, options) => {
    if (options.buffer instanceof PassThrough) feed(request, options.buffer, outgoing.socket);
  });
  proxy.on('proxyRes', (answer, request, response) => {
    // These two are between the backend and us; the client's connection is another one.
    delete answer.headers['connection'];
    delete answer.headers['keep-alive'];
    const backend = answering.get(request);
    if (!settings.header || backend === undefined) return;
    response.setHeader('X-Stratos-Member', backend.member);
    if (backend.commit !== '') response.setHeader('X-Stratos-Commit', backend.commit);
  });
  proxy.on('econnreset', () => undefined);
  return proxy;
}

/** Lets the body flow once the connection stands. */
function feed(request: IncomingMessage, body: PassThrough, socket: Socket | null): void {
  if (socket === null || !socket.connecting) request.pipe(body);
  else socket.once('connect', () => request.pipe(body));
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

function isUnsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'connect';
}

function isRepeatable(request: IncomingMessage): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'].includes(request.method ?? '') && !hasBody(request);
}

function refuse(request: IncomingMessage, response: ServerResponse, settings: Settings): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const page = settings.errorPage;
  const body = page ?? 'Nobody serves this at the moment\n';
  response.writeHead(503, {
    'content-type': `text/${page === null ? 'plain' : 'html'}; charset=utf-8`, 'content-length': Buffer.byteLength(body), 'retry-after': '1',
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}
