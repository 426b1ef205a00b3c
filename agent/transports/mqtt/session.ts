/**
 * One MQTT 3.1.1 connection with a clean session, from its opening to its end. It never reconnects by itself: the library
 * does so in fixed steps and sends again what the caller has long been told has failed.
 */

import { callbackify } from 'node:util';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { reasonOf, within, type Connection, type Hooks } from '../connection.ts';
import { PacketLengths } from './packet-lengths.ts';

export interface SessionSettings {
  readonly url: string;
  readonly clientId: string;
  readonly filters: readonly string[];
  /** Called for one message after the other; the next one, and the acknowledgement, wait until it resolves. */
  readonly onMessage: (message: Uint8Array) => Promise<unknown>;
  /** A packet that announces more ends the connection. */
  readonly packetBytesMax: number;
}

export interface Session extends Connection {
  /** Publishes a retained message with quality 1; resolves when the broker has acknowledged it. An empty one removes what was retained. */
  publish(topic: string, message: Uint8Array): Promise<void>;
}

const timeoutMs = 10_000;
const closeTimeoutMs = 2_000;
const inFlightMax = 4_096;

export async function openSession(settings: SessionSettings, hooks: Pick<Hooks, 'lost' | 'signal'>): Promise<Session> {
  const client = connect(optionsOf(settings));
  const inFlight = new Set<(error: Error) => void>();
  const opened = Promise.withResolvers<void>();
  let reason = 'the broker ended the connection';

  client.on('error', (error) => { reason = reasonOf(error); });
  client.on('close', () => {
    for (const reject of inFlight) reject(new Error(`not confirmed: ${reason}`));
    opened.reject(new Error(reason));
    hooks.lost(reason);
  });
  client.on('connect', () => {
    subscribe(client, settings.filters).then(opened.resolve, opened.reject);
  });
  const handle = callbackify(async (message: Buffer) => {
    // An empty message is only the removal of a retained one.
    if (message.length > 0) await settings.onMessage(message);
  });
  client.handleMessage = (packet, done) => handle(Buffer.from(packet.payload), (error) => done(error ?? undefined));
  const lengths = new PacketLengths();
  client.stream.on('data', (chunk: Uint8Array) => {
    const length = lengths.push(chunk);
    if (length <= settings.packetBytesMax) return;
    reason = `the broker sent a packet of ${length} bytes, at most ${settings.packetBytesMax} are taken`;
    client.stream.destroy();
  });
  const abort = (): void => { void end(client, true); };
  hooks.signal.addEventListener('abort', abort, { once: true });
  try {
    await within(timeoutMs, 'connecting', opened.promise);
  } catch (error) {
    await end(client, true);
    throw error;
  } finally {
    hooks.signal.removeEventListener('abort', abort);
  }
  return {
    publish: (topic, message) => publish(client, inFlight, topic, message),
    close: () => end(client, inFlight.size > 0),
  };
}

function optionsOf(settings: SessionSettings): IClientOptions {
  const url = new URL(settings.url);
  const secure = url.protocol === 'mqtts:';
  return {
    protocol: secure ? 'mqtts' : 'mqtt',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 8883 : 1883)),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
    clientId: settings.clientId,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    connectTimeout: timeoutMs,
    keepalive: 15,
  };
}

async function subscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  if (filters.length === 0) return;
  const granted = await client.subscribeAsync([...filters], { qos: 1 });
  const denied = granted.find((grant) => grant.qos === 128);
  if (denied !== undefined) throw new Error(`the broker does not let us subscribe to ${denied.topic}`);
}

async function publish(client: MqttClient, inFlight: Set<(error: Error) => void>, topic: string, message: Uint8Array): Promise<void> {
  if (inFlight.size >= inFlightMax) throw new Error(`${inFlightMax} messages wait for the broker already`);
  const confirmed = Promise.withResolvers<void>();
  inFlight.add(confirmed.reject);
  client.publish(topic, Buffer.from(message), { qos: 1, retain: true }, (error) => {
    if (error) confirmed.reject(error);
    else confirmed.resolve();
  });
  const id = client.getLastMessageId();
  try {
    await within(timeoutMs, 'a confirmation', confirmed.promise);
  } catch (error) {
    client.removeOutgoingMessage(id);
    throw error;
  } finally {
    inFlight.delete(confirmed.reject);
  }
}

/** Ends a connection; a broker that does not answer the farewell is left without one. */
async function end(client: MqttClient, force: boolean): Promise<void> {
  const ended = new Promise<void>((resolve) => { client.end(force || !client.connected, {}, () => resolve()); });
  await within(closeTimeoutMs, 'closing', ended).catch(() => client.stream.destroy());
}
