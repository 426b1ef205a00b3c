/** Asking a smart HTTP server for one self-contained pack, and taking the pack out of its side band. */

import type { ObjectId } from '../../../schemas/ids.ts';
import { GitFailure } from '../../contracts/git.ts';
import type { IsomorphicRemote } from './remote.ts';

export interface PackRequest {
  readonly wants: readonly ObjectId[];
  /** What is here already; the server leaves out what these reach. */
  readonly haves: readonly ObjectId[];
  readonly capabilities: ReadonlySet<string>;
}

/** No `thin-pack`: every base of a delta must come along, so that the pack can be checked by itself. */
const wantedCapabilities = ['multi_ack_detailed', 'side-band-64k', 'ofs-delta', 'no-progress'];
const flush = '0000';

/** The bytes of the pack as they come. @throws GitFailure. */
export async function* requestPack(remote: IsomorphicRemote, request: PackRequest): AsyncGenerator<Buffer, void, void> {
  if (!request.capabilities.has('side-band-64k')) throw new GitFailure('refused', 'the server does not offer side-band-64k');
  const capabilities = wantedCapabilities.filter((name) => request.capabilities.has(name)).join(' ');
  const lines = [
    ...request.wants.map((id, index) => packetLine(`want ${id}${index === 0 ? ` ${capabilities}` : ''}\n`)),
    flush,
    ...request.haves.map((id) => packetLine(`have ${id}\n`)),
    packetLine('done\n'),
  ];
  const response = await remote.http.request({
    url: `${remote.url.href}/git-upload-pack`, method: 'POST', body: once(Buffer.from(lines.join(''))),
    headers: {
      ...remote.headers, 'content-type': 'application/x-git-upload-pack-request', accept: 'application/x-git-upload-pack-result',
    },
  });
  for await (const line of packetLines(response.body ?? once(Buffer.alloc(0)))) {
    const text = line.toString('utf8', 0, 300);
    if (line[0] === 1) yield line.subarray(1);
    else if (line[0] === 3) throw serverFailure(text.slice(1));
    else if (text.startsWith('ERR ')) throw serverFailure(text.slice('ERR '.length));
  }
}

function serverFailure(text: string): GitFailure {
  return new GitFailure('unreachable', `the server refuses to send: ${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim()}`);
}

function packetLine(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

async function* packetLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const header = rest.toString('latin1', 0, 4);
      if (!/^[0-9a-f]{4}$/i.test(header)) throw new GitFailure('corrupt', 'the server sent a malformed packet line');
      const length = Math.max(4, Number.parseInt(header, 16));
      if (rest.length < length) break;
      if (length > 4) yield rest.subarray(4, length);
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new GitFailure('corrupt', 'the server stopped in the middle of a packet line');
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield bytes;
}
