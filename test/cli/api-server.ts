/** A real HTTP server with the answers of a platform, and an event stream that a test feeds. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiServer {
  readonly url: string;
  /** Path with query → what is answered; a function sees the URL. Paths that are not there are answered with problem details. */
  readonly answers: Map<string, unknown>;
  readonly requests: { readonly url: URL; readonly headers: IncomingMessage['headers'] }[];
  /** Sends to every reader of the event stream. */
  send(of: { event: string; data: unknown; id?: number }): void;
  /** How many readers of the stream have come in all. */
  readers(): number;
  /** Resolves when that many readers have come in all. */
  reader(count: number): Promise<void>;
  /** Breaks all streams. */
  cutStreams(): void;
  close(): Promise<void>;
}

export const serverDate = 'Fri, 20 Nov 2026 10:05:00 GMT';

export async function startApiServer(): Promise<ApiServer> {
  const answers: ApiServer['answers'] = new Map();
  const requests: ApiServer['requests'] = [];
  const streams = new Set<ServerResponse>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let readers = 0;

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push({ url, headers: request.headers });
    if (request.headers.accept === 'text/event-stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', date: serverDate });
      response.write('retry: 2000\n\nevent: change\ndata: {"version":"1"}\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      readers += 1;
      for (const one of waiting) if (readers >= one.count) one.resolve();
      return;
    }
    answer(response, answers.get(url.pathname), url);
  });
  const url = await listen(server);

  return {
    url, answers, requests,
    send: ({ event, data, id }) => {
      for (const stream of streams) stream.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    readers: () => readers,
    reader: (count) => (readers >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))),
    cutStreams: () => { for (const stream of streams) stream.destroy(); },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function answer(response: ServerResponse, given: unknown, url: URL): void {
  const found = typeof given === 'function' ? (given as (url: URL) => unknown)(url) : given;
  if (found === undefined) {
    const body = { type: 'urn:stratos:problem:unknown-application', title: 'Unknown application', status: 404, detail: `There is no application at ${url.pathname}; did you mean "shop"?`, nearest: 'shop' };
    response.writeHead(404, { 'content-type': 'application/problem+json', date: serverDate }).end(JSON.stringify(body));
    return;
  }
  const raw = found instanceof Raw ? found : null;
  response.writeHead(raw?.status ?? 200, { 'content-type': raw?.type ?? 'application/json', date: serverDate });
  response.end(raw === null ? JSON.stringify(found) : raw.text);
}

/** An answer that is not the API's JSON. */
export class Raw {
  readonly status: number;
  readonly type: string;
  readonly text: string;

  constructor(status: number, type: string, text: string) {
    this.status = status;
    this.type = type;
    this.text = text;
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
