/**
 * One connection to the event stream, from its request to its end. A stream on which nothing comes for longer than the
 * server stays silent is taken for dead.
 */

import type { Clock } from '../clock.ts';
import { eventStreamReader, type Message } from '../model/event-stream.ts';
import { apiUrl, refusalText, type Fetch } from './api.ts';

/** The server sends at least a comment every 15 s. */
const silenceMs = 40_000;
/** How many past events the first connection asks for. */
const backlog = 200;

export interface StreamOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly tenant: string;
  /** The last event that was received; empty: none. */
  readonly lastEventId: string;
  readonly signal: AbortSignal;
  /** The server has accepted. */
  opened(): void;
  /** What one piece of the stream completed, oldest first; never empty. */
  received(messages: readonly Message[]): void;
}

/** Resolves when the server ends the stream. @throws Error when it cannot be opened, breaks, falls silent or is aborted. */
export async function readStream(options: StreamOptions): Promise<void> {
  const silence = new AbortController();
  let cancel = (): void => {};
  const heard = (): void => {
    cancel();
    cancel = options.clock.after(silenceMs, () => silence.abort(new Error('the server has fallen silent')));
  };
  heard();
  try {
    const response = await options.fetch(apiUrl('events', { tenant: options.tenant, since: options.lastEventId === '' ? -backlog : null }), {
      headers: { accept: 'text/event-stream', ...(options.lastEventId === '' ? {} : { 'last-event-id': options.lastEventId }) },
      cache: 'no-store', signal: AbortSignal.any([options.signal, silence.signal]),
    });
    if (!response.ok || response.body === null) throw new Error(await refusalText(response));
    options.opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const feed = eventStreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const messages = feed(value);
      if (messages.length > 0) options.received(messages);
    }
  } finally {
    cancel();
  }
}
