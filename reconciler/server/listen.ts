/**
 * HTTP listeners. Owns the limits against slow, huge and endless requests, and the graceful close: no new connection,
 * streams ended, requests in flight given a moment, then everything cut.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Operator } from './operator.ts';
import { internalError, problemResponse, Refusal } from './refusal.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** The setting that chooses the port, for the error when it cannot be had. */
  readonly portVariable: string;
  readonly limits?: Partial<Limits>;
}

export interface Limits {
  readonly headersTimeoutMs: number;
  /** For the whole request, its body included. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves is closed. */
  readonly idleTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  /** What requests in flight are given when the listener closes. */
  readonly closeTimeoutMs: number;
}

const defaultLimits: Limits = {
  headersTimeoutMs: 10_000, requestTimeoutMs: 30_000, idleTimeoutMs: 120_000, keepAliveTimeoutMs: 10_000,
  headerBytesMax: 16 * 1024, connectionsMax: 4096, closeTimeoutMs: 3_000,
};

const sweepEveryMs = 20;

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, without a slash at its end. */
  readonly url: string;
  /** Resolves when every connection is closed. */
  close(): Promise<void>;
}

/** The address cannot be listened at; the message says which setting to change. */
export class CannotListen extends Error {
  readonly code: string;
  readonly port: number;

  constructor(of: { host: string; port: number; portVariable: string; code: string }) {
    const why = of.code === 'EADDRINUSE' ? 'is taken' : of.code === 'EACCES' ? 'may not be used by this user' : `cannot be listened at (${of.code})`;
    super(`Port ${of.port} on ${of.host} ${why}; choose another one with ${of.portVariable}`);
    this.name = 'CannotListen';
    this.code = of.code;
    this.port = of.port;
  }
}

/** @throws CannotListen */
export function listenOperator(operator: Pick<Operator, 'app' | 'close'>, options: ListenOptions): Promise<Listener> {
  return listen(operator.app, options, () => operator.close());
}

/** @throws CannotListen */
export function listenAgents(app: Hono, options: ListenOptions): Promise<Listener> {
  return listen(app, options, () => {});
}

async function listen(app: Hono, options: ListenOptions, beforeClose: () => void): Promise<Listener> {
  const limits = { ...defaultLimits, ...options.limits };
  const server = boundedServer(app, limits);
  const { host } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new CannotListen({ ...options, code: error.code ?? error.name })));
    server.listen({ host, port: options.port, exclusive: true }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    host, port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close() {
      closing ??= new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), limits.closeTimeoutMs);
        // A connection whose last answer ends after this moment would be kept open for another request.
        const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(sweep);
          resolve();
        });
        beforeClose();
      });
      return closing;
    },
  };
}

function boundedServer(app: Hono, limits: Limits): Server {
  const answer = getRequestListener(app.fetch, {
    errorHandler: (error) => problemResponse(error instanceof RequestError
      ? new Refusal({ status: 400, code: 'invalid-request', detail: 'The request line or the Host header is not valid' })
      : internalError()),
  });
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.headerBytesMax,
    connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
  }, (incoming, outgoing) => {
    // A server that is closing takes no further request on a connection that it keeps.
    if (!server.listening) outgoing.setHeader('connection', 'close');
    void answer(incoming, outgoing);
  });
  server.timeout = limits.idleTimeoutMs;
  server.maxConnections = limits.connectionsMax;
  return server;
}
