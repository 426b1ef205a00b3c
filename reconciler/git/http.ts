/**
 * The HTTP client that isomorphic-git speaks through, and what else is asked of a Git server over HTTP. Invariants: it connects to checked addresses only, follows no
 * redirect, reads no more than its limit, and ends when its time is over, however slowly the other side drips.
 */

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { GitHttpRequest, GitHttpResponse } from 'isomorphic-git';
import { GitFailure, type GitCredential } from '../contracts/git.ts';
import { resolveHost, type CheckedAddress, type RemotePolicy } from './address.ts';

export interface HttpLimits {
  readonly responseBytesMax: number;
  /** Over all requests together. */
  readonly timeoutMs: number;
}

export interface BoundedHttp {
  request(request: GitHttpRequest): Promise<GitHttpResponse>;
  /** Ends what is still open. */
  close(): void;
}

/** The value of an `Authorization` header (RFC 7617). */
export function basicAuthorization(credential: GitCredential): string {
  return `Basic ${Buffer.from(`${credential.username ?? ''}:${credential.password ?? ''}`).toString('base64')}`;
}

export function createBoundedHttp(policy: RemotePolicy, limits: HttpLimits): BoundedHttp {
  const ended = new AbortController();
  const overtime = new GitFailure('unreachable', `the server took longer than ${limits.timeoutMs} ms`);
  const timer = setTimeout(() => ended.abort(overtime), limits.timeoutMs);

  async function* bounded(response: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
    let bytes = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > limits.responseBytesMax) throw new GitFailure('too-large', `the server sent more than ${limits.responseBytesMax} bytes`);
        yield chunk;
      }
    } catch (cause) {
      throw asFailure(cause, ended.signal);
    } finally {
      response.destroy();
    }
  }

  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const target = new URL(url);
      const addresses = await resolveHost(target.hostname.replace(/^\[|\]$/g, ''), policy);
      const sent = body ? await collected(body) : null;
      try {
        const response = await send(target, { method, headers, agent: false, signal: ended.signal, lookup: lookupAmong(addresses) }, sent);
        refuseUnlessOk(response, target);
        return {
          url, method, statusCode: response.statusCode ?? 0, statusMessage: response.statusMessage ?? '',
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          body: bounded(response),
        };
      } catch (cause) {
        throw asFailure(cause, ended.signal);
      }
    },
    close() {
      clearTimeout(timer);
      ended.abort(new GitFailure('unreachable', 'the connection is closed'));
    },
  };
}

function send(target: URL, options: RequestOptions, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = start(target, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

/** Answers a name look-up with what was checked, whatever the name server would say now. */
function lookupAmong(addresses: readonly CheckedAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, addresses.map((one) => ({ ...one })));
    else if (first) callback(null, first.address, first.family);
  };
}

function refuseUnlessOk(response: IncomingMessage, target: URL): void {
  const status = response.statusCode ?? 0;
  if (status === 200) return;
  response.destroy();
  if (status >= 300 && status < 400) {
    const location = response.headers.location ?? '';
    const to = URL.canParse(location, target.href) ? new URL(location, target.href).origin : 'elsewhere';
    throw new GitFailure('refused', `${target.origin} redirects to ${to}; redirects are not followed: name the final URL`);
  }
  if (status === 401 || status === 403) throw new GitFailure('denied', `${target.origin} answers ${status}: a credential for it is missing or wrong`);
  throw new GitFailure('unreachable', `${target.origin} answers ${status} to ${target.pathname}`);
}

function asFailure(cause: unknown, signal: AbortSignal): GitFailure {
  if (cause instanceof GitFailure) return cause;
  if (signal.aborted && signal.reason instanceof GitFailure) return signal.reason;
  const code = (cause as NodeJS.ErrnoException).code ?? 'the connection failed';
  return new GitFailure('unreachable', `the server cannot be reached: ${code}`, { cause });
}

async function collected(body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
