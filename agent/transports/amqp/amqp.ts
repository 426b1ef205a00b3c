/**
 * The transport over RabbitMQ. The reconciler has one connection to take and one to send, because a broker short of memory
 * stops to read from whoever sends, and acknowledgements must still get through.
 */

import type { ConsumeMessage } from 'amqplib';
import { keepConnection, type Hooks } from '../connection.ts';
import { demandFits, handOver } from '../handover.ts';
import { NewestOutbox } from '../outbox.ts';
import type { AgentLink, MemberAddress, ReconcilerLink, Transport } from '../transport.ts';
import { mailboxPrefetch, readMailbox } from './mailbox.ts';
import { openSession, UnroutableError, type Session } from './session.ts';
import { declareExchanges, declareMailbox, declareReports, exchanges, mailboxName, routingKey } from './topology.ts';

type ReconcilerOptions = Parameters<Transport['connectReconciler']>[0];
type AgentOptions = Parameters<Transport['connectAgent']>[0];

const reportRetryMs = 2_000;
const reportsPrefetch = 64;
/** A third of the time after which RabbitMQ, as it comes, ends a channel that owes an acknowledgement. */
const mailboxRefreshMs = 10 * 60 * 1_000;

export const amqp: Transport = amqpTransport({ mailboxRefreshMs });

export function amqpTransport(settings: { readonly mailboxRefreshMs: number }): Transport {
  return {
    name: 'amqp',
    schemes: ['amqp', 'amqps'],
    connectReconciler: async (options) => connectReconciler(options),
    connectAgent: async (options) => connectAgent(options, settings.mailboxRefreshMs),
  };
}

function connectReconciler(options: ReconcilerOptions): ReconcilerLink {
  const { installation } = options;
  const kept = keepConnection({ onState: options.onState, open: (hooks) => openBoth(options, hooks) });
  return {
    assign: async (to, message) => {
      demandFits(message, options);
      await assign(kept.demand(), options, to, message);
    },
    forget: async (member) => {
      await kept.demand().channel.deleteQueue(mailboxName(installation, member.member));
    },
    close: () => kept.close(),
  };
}

/** Most mailboxes exist, so one is declared only when a message came back for want of it. */
async function assign(session: Session, { installation }: ReconcilerOptions, to: MemberAddress, message: Uint8Array): Promise<void> {
  const publish = (): Promise<void> => session.publish(exchanges(installation).assign, routingKey(installation, to), message);
  try {
    await publish();
  } catch (error) {
    if (!(error instanceof UnroutableError)) throw error;
    await declareMailbox(session.channel, installation, to);
    await publish();
  }
}

/** The reconciler's two sessions as one connection, which is lost when either is. */
async function openBoth(options: ReconcilerOptions, hooks: Hooks): Promise<Session> {
  const { installation, url } = options;
  const sender = await openSession({ url, name: `stratos ${installation} reconciler, sending`, prefetch: 1 }, hooks);
  let taker: Session | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([taker?.close(), sender.close()]);
  };
  try {
    await declareExchanges(sender.channel, installation);
    taker = await openSession({ url, name: `stratos ${installation} reconciler, taking`, prefetch: reportsPrefetch }, hooks);
    await takeReports(taker, options, hooks);
    return { channel: sender.channel, publish: sender.publish, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function takeReports({ channel }: Session, options: ReconcilerOptions, hooks: Hooks): Promise<void> {
  const take = async (message: ConsumeMessage): Promise<void> => {
    // What was refused goes to the dead letters.
    if (await handOver(message.content, options, options.onReport)) channel.ack(message);
    else channel.nack(message, false, false);
  };
  for (const queue of await declareReports(channel, options.installation, options.shards)) {
    await channel.consume(queue, (message) => {
      if (message === null) hooks.lost(`the queue ${queue} was deleted`);
      // The channel may have closed meanwhile; its session ends by itself, and the report comes again.
      else void take(message).catch(() => undefined);
    });
  }
}

function connectAgent(options: AgentOptions, refreshMs: number): AgentLink {
  const { installation, address } = options;
  const key = routingKey(installation, address);
  const outbox = new NewestOutbox((message) => kept.demand().publish(exchanges(installation).report, key, message), reportRetryMs);
  const kept = keepConnection({
    onState: (state) => {
      outbox.setConnected(state.connected);
      options.onState(state);
    },
    open: (hooks) => openMember(options, refreshMs, hooks),
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

async function openMember(options: AgentOptions, refreshMs: number, hooks: Hooks): Promise<Session> {
  const { installation, address, url } = options;
  const session = await openSession({ url, name: `stratos ${installation} ${address.member}`, prefetch: mailboxPrefetch }, hooks);
  try {
    await declareExchanges(session.channel, installation);
    const queue = await declareMailbox(session.channel, installation, address);
    const stop = await readMailbox(session.channel, {
      queue,
      refreshMs,
      onMessage: (message) => handOver(message, options, options.onAssignment),
      onDeleted: () => hooks.lost('the mailbox was deleted'),
    });
    return {
      ...session,
      close: async () => {
        stop();
        await session.close();
      },
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
