/** Asking a workload whether it is well: an HTTP request that must be answered with 2xx or 3xx, or a connection that must stand. */

import { connect } from 'node:net';
import { get } from '../http.ts';
import { loopback } from '../ports.ts';

export interface HealthCheck {
  readonly port: number;
  /** Null: a connection is enough. */
  readonly path: string | null;
}

/** Null when it is well, else what was wrong. Never rejects. */
export function probe(check: HealthCheck, timeoutMs: number): Promise<string | null> {
  return check.path === null ? probeConnection(check.port, timeoutMs) : probeHttp(check.port, check.path, timeoutMs);
}

function probeHttp(port: number, path: string, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get({ host: loopback, port, path, agent: false, headers: { 'user-agent': 'stratos-agent' }, signal: AbortSignal.timeout(timeoutMs) });
    request.once('response', (response) => {
      response.on('error', () => undefined).resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400 ? null : `${path} answered ${status}`);
      request.destroy();
    });
    request.on('error', (error) => resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? `${path} did not answer within ${timeoutMs} ms` : `${path}: ${error.message}`));
  });
}

function probeConnection(port: number, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    const end = (why: string | null): void => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeoutMs, () => end(`port ${port} took no connection within ${timeoutMs} ms`));
    socket.once('connect', () => end(null));
    socket.once('error', (error) => end(error.message));
  });
}
