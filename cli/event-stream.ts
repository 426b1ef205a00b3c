/** The API's event stream (text/event-stream), read for as long as it is wanted: a broken one is taken up where it ended. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Api, Query } from './api.ts';
import { Failure } from './exit.ts';

export interface StreamEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

const againAfterMs = 2_000;

/**
 * Every event, for ever. The first connection must succeed; later ones are tried again and again.
 * @param onLost called once for each time that the stream is lost
 * @throws Failure when the platform cannot be reached at the beginning, or refuses
 */
export async function* follow(api: Api, query: Query, onLost: (why: string) => void): AsyncGenerator<StreamEvent, never, void> {
  let last: string | null = null;
  let stream = await api.stream(query, last);
  for (;;) {
    let why = 'the stream ended';
    try {
      for await (const event of readEvents(stream)) {
        last = event.id ?? last;
        yield event;
      }
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    onLost(why);
    stream = await openAgain(api, query, last);
  }
}

async function openAgain(api: Api, query: Query, last: string | null): Promise<ReadableStream<Uint8Array>> {
  for (;;) {
    await pause(againAfterMs);
    try {
      // What came before is not asked for twice, also when nothing with an id has come yet.
      return await api.stream(last === null ? query : { ...query, since: undefined }, last);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

/** The events of one connection; comments and fields that are not ours are left out. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let fields = new Map<string, string>();
  for await (const line of linesOf(stream)) {
    if (line === '') {
      const data = fields.get('data');
      if (data !== undefined) yield { event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data };
      fields = new Map();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const [name, value] = colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    const before = fields.get(name);
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
