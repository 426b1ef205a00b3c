/**
 * One AMQP 0-9-1 connection with one channel in confirm mode, from its opening to its end. The library's own recovery is
 * not used, because it reopens connections only: here a channel that the broker closes, for a deleted queue or a
 * misused tag, ends the session as a broken socket does, and the next session declares everything anew.
 */

import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { reasonOf, within, type Connection, type Hooks } from '../connection.ts';

export interface SessionSettings {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  /** Messages that may be unacknowledged per consumer. */
  readonly prefetch: number;
}

export interface Session extends Connection {
  readonly channel: ConfirmChannel;
  /**
   * Publishes a lasting message; resolves when the broker has taken it into a queue.
   * @throws UnroutableError when no queue is there for it.
   */
  publish(exchange: string, routingKey: string, message: Uint8Array): Promise<void>;
}

export class UnroutableError extends Error {
  override readonly name = 'UnroutableError';
}

const timeoutMs = 10_000;
const closeTimeoutMs = 2_000;
const inFlightMax = 4_096;
/** After two of these without a word the other side is taken for dead. */
const heartbeatSeconds = 10;

export async function openSession(settings: SessionSettings, hooks: Hooks): Promise<Session> {
  // Destroys the socket, whatever state the connection is in.
  const abandon = new AbortController();
  const stopOpening = (): void => abandon.abort();
  hooks.signal.addEventListener('abort', stopOpening, { once: true });
  try {
    return await open(settings, hooks, abandon);
  } finally {
    hooks.signal.removeEventListener('abort', stopOpening);
  }
}

async function open(settings: SessionSettings, hooks: Hooks, abandon: AbortController): Promise<Session> {
  const url = new URL(settings.url);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds));
  const socketOptions = { timeout: timeoutMs, noDelay: true, signal: abandon.signal, clientProperties: { connection_name: settings.name } };
  const model = await connect(url.href, socketOptions);
  let reason = 'the broker ended the connection';
  model.on('error', (error) => { reason = reasonOf(error); });
  model.on('close', (error) => hooks.lost(error === undefined ? reason : reasonOf(error)));
  model.on('blocked', (why) => hooks.blocked(`the broker takes no messages: ${why}`));
  model.on('unblocked', () => hooks.blocked(null));
  try {
    const channel = await within(timeoutMs, 'opening a channel', model.createConfirmChannel());
    channel.on('error', (error) => { reason = reasonOf(error); });
    channel.on('close', () => hooks.lost(reason));
    await within(timeoutMs, 'opening a channel', channel.prefetch(settings.prefetch));
    return { channel, publish: publisher(channel), close: () => end(model, abandon) };
  } catch (error) {
    await end(model, abandon);
    throw error;
  }
}

function publisher(channel: ConfirmChannel): Session['publish'] {
  const returned = new Set<string>();
  let inFlight = 0;
  let published = 0;
  // The broker returns what it cannot route, and then confirms it all the same.
  channel.on('return', ({ properties }) => returned.add(String(properties.messageId)));
  return async (exchange, routingKey, message) => {
    if (inFlight >= inFlightMax) throw new Error(`${inFlightMax} messages wait for the broker already`);
    const messageId = String(++published);
    const confirmed = Promise.withResolvers<void>();
    inFlight++;
    try {
      channel.publish(exchange, routingKey, Buffer.from(message), {
        mandatory: true, persistent: true, messageId, contentType: 'application/cloudevents+json',
      }, (error: unknown) => {
        const unroutable = returned.delete(messageId);
        if (error) confirmed.reject(new Error(`not confirmed: ${reasonOf(error)}`));
        else if (unroutable) confirmed.reject(new UnroutableError(`no queue takes messages for ${routingKey}`));
        else confirmed.resolve();
      });
      await within(timeoutMs, 'a confirmation', confirmed.promise);
    } finally {
      inFlight--;
    }
  };
}

/** Ends a connection; a broker that does not answer the farewell is left without one. */
async function end(model: ChannelModel, abandon: AbortController): Promise<void> {
  // A socket that breaks during the farewell is told by the event only.
  const closed = new Promise<void>((resolve) => { model.once('close', () => resolve()); });
  await within(closeTimeoutMs, 'closing', Promise.race([model.close(), closed])).catch(() => undefined);
  abandon.abort();
}
