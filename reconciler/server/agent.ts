/**
 * The agents' application: bundles, and nothing else. Every request is authenticated as one member by its signed URL;
 * nothing here is shared with the operators' listener.
 */

import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import { digest, memberId, type Digest } from '../../schemas/ids.ts';
import type { AgentDoor } from '../contracts/view.ts';
import { tagMatches } from './answers.ts';
import { byteRange } from './byte-range.ts';
import { everyAnswerHeaders } from './headers.ts';
import { internalError, problemResponse, Refusal } from './refusal.ts';

export interface AgentOptions {
  /** Counts a request by how it was answered. */
  onAnswered(of: { status: number; bytes: number }): void;
  /** Hears of failures that callers are not told about. */
  onError(error: unknown): void;
}

/** `GET /bundles/<64 hex digits>?member&expires&signature`; anything else is 404, and any verb but GET and HEAD 405. */
export function createAgentApp(door: AgentDoor, options: AgentOptions): Hono {
  const app = new Hono();
  const refuse = (refusal: Refusal): Response => {
    options.onAnswered({ status: refusal.status, bytes: 0 });
    return problemResponse(refusal);
  };
  app.use(function readOnly(c, next) {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    throw new Refusal({ status: 405, code: 'method-not-allowed', detail: 'Bundles are only read', headers: { allow: 'GET, HEAD' } });
  });
  app.get('/bundles/:hex', async (c) => {
    const { response, bytes } = await bundle(c, door);
    options.onAnswered({ status: response.status, bytes });
    return response;
  });
  app.notFound(() => refuse(notHeld()));
  app.onError((error) => {
    if (error instanceof Refusal) return refuse(error);
    options.onError(error);
    return refuse(internalError());
  });
  return app;
}

const notHeld = (): Refusal => new Refusal({ status: 404, code: 'not-found', detail: 'There is no such bundle here' });

async function bundle(c: Context, door: AgentDoor): Promise<{ response: Response; bytes: number }> {
  const wanted = authorized(c, door);
  const held = await door.bundleFile(wanted);
  if (held === null) throw notHeld();
  const etag = `"${wanted}"`;
  const headers = {
    ...everyAnswerHeaders, etag, 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes',
    // The content never changes, but the URL is one member's alone.
    'cache-control': 'private, max-age=31536000, immutable',
  };
  if (tagMatches(c.req.header('if-none-match'), etag)) return { response: new Response(null, { status: 304, headers }), bytes: 0 };
  const ifRange = c.req.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? byteRange(c.req.header('range'), held.bytes) : 'all';
  if (range === 'unsatisfiable') {
    throw new Refusal({ status: 416, code: 'range-not-satisfiable', detail: `The bundle has ${held.bytes} bytes`, headers: { 'content-range': `bytes */${held.bytes}` } });
  }
  const { start, end } = range === 'all' ? { start: 0, end: held.bytes - 1 } : range;
  const bytes = end - start + 1;
  const partial = range === 'all' ? {} : { 'content-range': `bytes ${start}-${end}/${held.bytes}` };
  // A HEAD request must not open a file that nobody reads.
  const body = c.req.method === 'HEAD' || bytes === 0 ? null : await bytesOf(held.path, start, end);
  return { response: new Response(body, { status: range === 'all' ? 200 : 206, headers: { ...headers, ...partial, 'content-length': String(bytes) } }), bytes: body === null ? 0 : bytes };
}

/** The digest that is asked for, once the URL has proven to be signed for it. */
function authorized(c: Context, door: AgentDoor): Digest {
  const { member = [], expires = [], signature = [] } = c.req.queries();
  const hex = c.req.param('hex') ?? '';
  const [ofMember, until, proof] = [member[0], expires[0], signature[0]];
  const wellFormed = /^[0-9a-f]{64}$/.test(hex) && [member, expires, signature].every((values) => values.length === 1 && (values[0] ?? '').length <= 512);
  if (wellFormed && ofMember !== undefined && until !== undefined && proof !== undefined) {
    const wanted = digest(`sha256:${hex}`);
    if (door.authorizeBundle({ digest: wanted, member: memberId(ofMember), expires: until, signature: proof })) return wanted;
  }
  throw new Refusal({ status: 403, code: 'not-authorized', detail: 'This URL is not signed for this bundle and member, or its time is over' });
}

/** The bytes from `start` to `end`, both included. @throws Refusal 404 when the file has just been dropped. */
async function bytesOf(path: string, start: number, end: number): Promise<ReadableStream> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? notHeld() : error;
  });
  return Readable.toWeb(file.createReadStream({ start, end })) as ReadableStream;
}
