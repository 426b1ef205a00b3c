/**
 * Fetches a bundle into an open file. Invariants: no more bytes are written than were promised; redirects are not
 * followed; the file is worth reading only when this resolves, because only then its digest was seen to be right.
 * `node:http` instead of `fetch`: it neither decodes nor redirects, and costs an agent several megabytes less.
 */

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Digest } from '../../../schemas/ids.ts';
import { request as requestHttp } from '../http.ts';
import { FetchFailed } from './failure.ts';

export interface Download {
  readonly url: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly signal: AbortSignal;
  /** For all of it, from the first connection to the last byte. */
  readonly timeoutMs: number;
}

/** Writes the bundle to the start of the file. @throws FetchFailed whatever goes wrong, aborts included. */
export async function download(of: Download, file: FileHandle): Promise<void> {
  const timeout = AbortSignal.timeout(of.timeoutMs);
  const signal = AbortSignal.any([of.signal, timeout]);
  try {
    const response = await respond(of.url, signal);
    try {
      checkHead(response, of);
      await receive(response, of, file);
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof FetchFailed) throw error;
    if (of.signal.aborted) throw new FetchFailed('the checkout was called off', { cause: error });
    if (timeout.aborted) throw new FetchFailed(`the bundle did not arrive within ${of.timeoutMs} ms`, { cause: error });
    throw new FetchFailed(`the bundle could not be fetched: ${describe(error)}`, { cause: error });
  }
}

function respond(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  if (!URL.canParse(url)) throw new FetchFailed('the bundle has no absolute URL');
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new FetchFailed(`bundles are not fetched over ${protocol}`);
  const request = protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, signal, headers: { accept: 'application/gzip', 'accept-encoding': 'identity' } }, (response) => {
      resolve(response);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function checkHead(response: IncomingMessage, of: Download): void {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) throw new FetchFailed(`the server answered ${status}; redirects are not followed`);
  if (status === 403) throw new FetchFailed('the server answered 403: the link is not, or no longer, good for this member');
  if (status !== 200) throw new FetchFailed(`the server answered ${status}`);
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new FetchFailed(`the server encoded the bundle (${encoding}), which was not asked for`);
  const length = response.headers['content-length'];
  if (length !== undefined && Number(length) !== of.bytes) throw new FetchFailed(`the server announces ${length} bytes instead of ${of.bytes}`);
}

async function receive(response: IncomingMessage, of: Download, file: FileHandle): Promise<void> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (received + chunk.length > of.bytes) throw new FetchFailed(`the server sends more than the ${of.bytes} bytes of the bundle`);
    await writeAll(file, chunk, received);
    hash.update(chunk);
    received += chunk.length;
  }
  if (received !== of.bytes) throw new FetchFailed(`the bundle broke off after ${received} of ${of.bytes} bytes`);
  if (`sha256:${hash.digest('hex')}` !== of.digest) throw new FetchFailed('what arrived does not have the digest of the bundle');
}

async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, at, chunk.length - at, position + at);
    at += bytesWritten;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
}
