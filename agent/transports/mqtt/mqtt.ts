/**
 * The transport over any MQTT 3.1.1 broker. Assignments and reports are both retained messages, one of each per member: who
 * comes later, or comes back later than the other end, still gets the newest.
 * The reconciler has one connection to take and one to send, because the taking one stands still while a report is handled.
 */

import { randomBytes } from 'node:crypto';
import { keepConnection, type Connection, type Hooks, type Kept } from '../connection.ts';
import { demandFits, handOver } from '../handover.ts';
import { NewestOutbox } from '../outbox.ts';
import type { AgentLink, ConnectOptions, ReconcilerLink, Transport } from '../transport.ts';
import { openSession, type Session } from './session.ts';
import { shardFilter, topicOf } from './topics.ts';

const reportRetryMs = 2_000;

export const mqtt: Transport = {
  name: 'mqtt',
  schemes: ['mqtt', 'mqtts'],
  connectReconciler: async (options) => connectReconciler(options),
  connectAgent: async (options) => connectAgent(options),
};

function connectReconciler(options: Parameters<Transport['connectReconciler']>[0]): ReconcilerLink {
  const name = `${options.installation}.reconciler.${randomBytes(4).toString('hex')}`;
  const filters = options.shards.map((shard) => shardFilter(options.installation, shard));
  const kept = keepConnection({ onState: options.onState, open: (hooks) => openBoth(options, name, filters, hooks) });
  return {
    assign: async (to, message) => {
      demandFits(message, options);
      await send(kept, topicOf('assign', options.installation, to), message);
    },
    forget: async (member) => {
      for (const kind of ['assign', 'report'] as const) await send(kept, topicOf(kind, options.installation, member), new Uint8Array());
    },
    close: () => kept.close(),
  };
}

function connectAgent(options: Parameters<Transport['connectAgent']>[0]): AgentLink {
  const { installation, address } = options;
  const topic = topicOf('report', installation, address);
  const filters = [topicOf('assign', installation, address)];
  const outbox = new NewestOutbox((message) => send(kept, topic, message), reportRetryMs);
  const kept = keepConnection({
    onState: (state) => {
      outbox.setConnected(state.connected);
      options.onState(state);
    },
    open: (hooks) => openSession({
      url: options.url,
      // One name per member: a new agent process takes the place of a dead one that the broker still believes in.
      clientId: `${installation}.${address.member}`,
      filters,
      packetBytesMax: packetBytesMaxOf(options),
      onMessage: (message) => handOver(message, options, options.onAssignment),
    }, hooks),
  });
  return {
    report: async (message) => {
      demandFits(message, options);
      await outbox.offer(message);
    },
    close: async () => {
      await kept.close();
      await outbox.close();
    },
  };
}

/** The reconciler's two sessions as one connection, which is lost when either is. */
async function openBoth(
  options: Parameters<Transport['connectReconciler']>[0], name: string, filters: readonly string[], hooks: Hooks,
): Promise<Session> {
  const settings = { url: options.url, packetBytesMax: packetBytesMaxOf(options) };
  const sender = await openSession({ ...settings, clientId: `${name}.send`, filters: [], onMessage: async () => undefined }, hooks);
  try {
    const taker = await openSession({
      ...settings, clientId: `${name}.take`, filters, onMessage: (message) => handOver(message, options, options.onReport),
    }, hooks);
    return { publish: sender.publish, close: () => closeAll(taker, sender) };
  } catch (error) {
    await sender.close();
    throw error;
  }
}

async function send(kept: Kept<Session>, topic: string, message: Uint8Array): Promise<void> {
  await kept.demand().publish(topic, message);
}

async function closeAll(...connections: readonly Connection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
}

/** Room for what a stranger may leave in a mailbox, so that it is refused and counted as a message; above it ends the connection. */
function packetBytesMaxOf(options: ConnectOptions): number {
  return options.messageBytesMax * 16;
}
