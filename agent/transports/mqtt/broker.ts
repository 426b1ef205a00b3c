/**
 * The embedded broker: MQTT 3.1.1 on loopback, with a login. The reconciler may use all topics of its installation; a member
 * may take its own mailbox and send its own reports, under the one address that it used first, and nothing else. Retained messages live as long as the process, which is
 * enough, because both ends assert their state again when they come back.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { InstallationId, MemberId } from '../../../schemas/ids.ts';
import { PacketLengths } from './packet-lengths.ts';
import { parseTopic, type TopicKind } from './topics.ts';

export interface BrokerOptions {
  readonly installation: InstallationId;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** From `reconcilerBrokerPassword`; the user name is the installation id. */
  readonly reconcilerPassword: string;
  /** From `memberBrokerPassword`, or null for one that must not enter; the user name is the member id. */
  memberPassword(member: MemberId): string | null;
  readonly messageBytesMax: number;
  readonly connectionsMax: number;
  /** A client was turned away or cut off; one line, fit for a log. */
  readonly onRefused: (why: string) => void;
}

export interface Broker {
  readonly port: number;
  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/** Topic, length and header of the largest message's packet; a CONNECT is smaller. */
const packetOverheadBytes = 1_024;

/** Who a client has proved to be. */
type Login = { readonly role: 'reconciler' } | { readonly role: 'member'; readonly member: string };

/** Starts the broker; rejects with the system's error, EADDRINUSE for one, when it cannot listen. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const aedes = await createAedes(options);
  // The library emits this too, though its types do not say so; unheard, it would end the process.
  const events: EventEmitter = aedes;
  events.on('error', (error: Error) => options.onRefused(`the broker could not store a message: ${error.message}`));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
    cutLargePackets(socket, options);
  });
  server.maxConnections = options.connectionsMax;

  const closeAedes = (): Promise<void> => new Promise((resolve) => { aedes.close(resolve); });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await closeAedes();
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
      await closeAedes();
      // Those that never said who they are.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createAedes(options: BrokerOptions): Promise<Aedes> {
  const logins = new WeakMap<Client, Login>();
  const places = new Map<string, string>();
  const isOwn = (login: Login | undefined, kind: TopicKind, text: string): boolean => {
    if (login === undefined) return false;
    if (login.role === 'reconciler') return text.startsWith(`${options.installation}/`);
    const topic = parseTopic(options.installation, text);
    if (topic === null || topic.kind !== kind || topic.member !== login.member) return false;
    // A member has one place all its life; were it free to name others, it could fill the broker with retained messages.
    if (!places.has(topic.member)) places.set(topic.member, topic.place);
    return places.get(topic.member) === topic.place;
  };
  const nameOf = (login: Login | undefined): string => (login?.role === 'member' ? login.member : 'the reconciler');
  return Aedes.createBroker({
    connectTimeout: 10_000,
    drainTimeout: 30_000,
    maxTopicLevels: 8,
    authenticate: (client, username, password, done) => {
      const login = loginOf(options, client.id, username ?? '', password ?? Buffer.alloc(0));
      if (login !== null) {
        logins.set(client, login);
        return done(null, true);
      }
      options.onRefused('a client with a wrong name or password');
      return done(Object.assign(new Error('wrong name or password'), { returnCode: 4 }) as AuthenticateError, false);
    },
    authorizePublish: (client, packet, done) => {
      const login = client === null ? undefined : logins.get(client);
      const own = packet.qos < 2 && isOwn(login, 'report', packet.topic);
      if (own && packet.payload.length <= options.messageBytesMax) {
        if (packet.payload.length === 0) places.delete(parseTopic(options.installation, packet.topic)?.member ?? '');
        return done(null);
      }
      options.onRefused(`a message of ${nameOf(login)} that is ${own ? 'too large' : 'not its own to send'}`);
      return done(new Error('not allowed to publish this'));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const login = logins.get(client);
      const own = isOwn(login, 'assign', subscription.topic);
      if (!own) options.onRefused(`a subscription of ${nameOf(login)} that is not its own`);
      done(null, own ? subscription : null);
    },
  });
}

/** A client's name must be that of its login, for a connection under a name that is in use ends the older one. */
function loginOf(options: BrokerOptions, clientId: string, username: string, password: Buffer): Login | null {
  if (username === options.installation) {
    const named = clientId.startsWith(`${options.installation}.reconciler.`);
    return named && equalSecrets(password, options.reconcilerPassword) ? { role: 'reconciler' } : null;
  }
  const expected = options.memberPassword(username as MemberId);
  const named = clientId === `${options.installation}.${username}`;
  return named && expected !== null && equalSecrets(password, expected) ? { role: 'member', member: username } : null;
}

/** The parser would gather a packet of any length that it announces. */
function cutLargePackets(socket: Socket, options: BrokerOptions): void {
  const lengths = new PacketLengths();
  const packetBytesMax = options.messageBytesMax + packetOverheadBytes;
  // With a `readable` listener beside it, this one only looks at what that one reads.
  socket.on('data', (chunk: Uint8Array) => {
    const length = lengths.push(chunk);
    if (length <= packetBytesMax) return;
    options.onRefused(`a packet of ${length} bytes, at most ${packetBytesMax} are taken`);
    socket.destroy();
  });
}

function equalSecrets(given: Buffer, expected: string): boolean {
  const digest = (text: Buffer | string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
