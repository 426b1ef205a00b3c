/**
 * What an installation has on a RabbitMQ: three exchanges, a mailbox per member, a queue of reports per shard, one queue of
 * what could not be handled. Both ends declare what they use; each queue has a limit, and an expiry after which it
 * goes when nobody uses it. Names start with the installation.
 */

import type { Channel, Options } from 'amqplib';
import type { InstallationId, MemberId } from '../../../schemas/ids.ts';
import { addressWords } from '../address.ts';
import type { MemberAddress } from '../transport.ts';

const hourMs = 60 * 60 * 1_000;

/** The newest message only. */
const mailbox: Options.AssertQueue = { durable: true, arguments: { 'x-max-length': 1, 'x-overflow': 'drop-head', 'x-expires': hourMs } };

/** The oldest reports go first: each is followed by a newer one of its member. */
const reports = (installation: InstallationId): Options.AssertQueue => ({
  durable: true,
  arguments: {
    'x-max-length': 20_000,
    'x-max-length-bytes': 128 * 1024 * 1024,
    'x-overflow': 'drop-head',
    'x-expires': 7 * 24 * hourMs,
    'x-dead-letter-exchange': exchanges(installation).dead,
  },
});

const dead: Options.AssertQueue = {
  durable: true,
  arguments: { 'x-max-length': 1_000, 'x-max-length-bytes': 16 * 1024 * 1024, 'x-overflow': 'drop-head', 'x-message-ttl': 7 * 24 * hourMs },
};

export function exchanges(installation: InstallationId): { readonly assign: string; readonly report: string; readonly dead: string } {
  return { assign: `${installation}.assign`, report: `${installation}.report`, dead: `${installation}.dead` };
}

export function routingKey(installation: InstallationId, address: MemberAddress): string {
  return addressWords(installation, address).join('.');
}

export function mailboxName(installation: InstallationId, member: MemberId): string {
  return `${installation}.mailbox.${member}`;
}

export function reportsName(installation: InstallationId, shard: number): string {
  return `${installation}.reports.${shard}`;
}

export async function declareExchanges(channel: Channel, installation: InstallationId): Promise<void> {
  const { assign, report } = exchanges(installation);
  await channel.assertExchange(assign, 'topic', { durable: true });
  await channel.assertExchange(report, 'topic', { durable: true });
}

/** Resolves to the queue's name. */
export async function declareMailbox(channel: Channel, installation: InstallationId, address: MemberAddress): Promise<string> {
  const queue = mailboxName(installation, address.member);
  await channel.assertQueue(queue, mailbox);
  await channel.bindQueue(queue, exchanges(installation).assign, routingKey(installation, address));
  return queue;
}

/** Resolves to the queues' names. */
export async function declareReports(channel: Channel, installation: InstallationId, shards: readonly number[]): Promise<string[]> {
  const { report, dead: deadExchange } = exchanges(installation);
  await channel.assertExchange(deadExchange, 'fanout', { durable: true });
  await channel.assertQueue(deadExchange, dead);
  await channel.bindQueue(deadExchange, deadExchange, '');
  const queues: string[] = [];
  for (const shard of shards) {
    const queue = reportsName(installation, shard);
    await channel.assertQueue(queue, reports(installation));
    await channel.bindQueue(queue, report, `${installation}.${shard}.#`);
    queues.push(queue);
  }
  return queues;
}
