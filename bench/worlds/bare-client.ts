/** Bare clients of the brokers: the libraries that the transports use, with the same guarantees and nothing around them. */

import { connect as connectAmqp } from 'amqplib';
import { connectAsync as connectMqtt } from 'mqtt';
import type { InstallationIdentity } from '../../agent/transports/keys.ts';
import { topicOf, type TopicKind } from '../../agent/transports/mqtt/topics.ts';
import { declareExchanges, declareMailbox, declareReports, exchanges, mailboxName, reportsName, routingKey } from '../../agent/transports/amqp/topology.ts';
import type { MemberAddress } from '../../agent/transports/transport.ts';

export interface Letter {
  readonly to: MemberAddress;
  readonly bytes: Uint8Array;
}

export interface BareClient {
  /** Resolves when the broker has confirmed every one. */
  send(kind: TopicKind, letters: readonly Letter[]): Promise<void>;
  /** Takes the reports of shard 0, each acknowledged. */
  take(onMessage: (bytes: Uint8Array) => void): Promise<void>;
  close(): Promise<void>;
}

export function connectBare(url: string, identity: InstallationIdentity, mailboxes: readonly MemberAddress[]): Promise<BareClient> {
  return url.startsWith('amqp') ? bareAmqp(url, identity, mailboxes) : bareMqtt(url, identity);
}

async function bareMqtt(url: string, { installation }: InstallationIdentity): Promise<BareClient> {
  const client = await connectMqtt(url, { clientId: `${installation}.reconciler.bare-${process.pid}`, clean: true, protocolVersion: 4, reconnectPeriod: 0 });
  return {
    async send(kind, letters) {
      await Promise.all(letters.map(({ to, bytes }) => client.publishAsync(topicOf(kind, installation, to), Buffer.from(bytes), { qos: 1, retain: true })));
    },
    async take(onMessage) {
      client.on('message', (_topic, payload) => onMessage(payload));
      await client.subscribeAsync(`${installation}/report/0/#`, { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
}

async function bareAmqp(url: string, { installation }: InstallationIdentity, mailboxes: readonly MemberAddress[]): Promise<BareClient> {
  const model = await connectAmqp(url);
  const channel = await model.createConfirmChannel();
  await channel.prefetch(64);
  await declareExchanges(channel, installation);
  for (const address of mailboxes) await declareMailbox(channel, installation, address);
  return {
    async send(kind, letters) {
      for (const { to, bytes } of letters) {
        channel.publish(exchanges(installation)[kind], routingKey(installation, to), Buffer.from(bytes), { mandatory: true, persistent: true, contentType: 'application/cloudevents+json' });
      }
      await channel.waitForConfirms();
    },
    async take(onMessage) {
      const [queue = ''] = await declareReports(channel, installation, [0]);
      await channel.consume(queue, (message) => {
        if (message === null) return;
        onMessage(message.content);
        channel.ack(message);
      });
    },
    close: () => model.close(),
  };
}

/** Removes what an installation has left on a RabbitMQ that others use as well; retained messages of MQTT too. */
export async function removeInstallation(url: string, identity: InstallationIdentity, mailboxes: readonly MemberAddress[]): Promise<void> {
  const { installation } = identity;
  if (!url.startsWith('amqp')) {
    const client = await bareMqtt(url, identity);
    for (const kind of ['assign', 'report'] as const) await client.send(kind, mailboxes.map((to) => ({ to, bytes: new Uint8Array() })));
    return client.close();
  }
  const model = await connectAmqp(url);
  const channel = await model.createChannel();
  for (const { member } of mailboxes) await channel.deleteQueue(mailboxName(installation, member));
  await channel.deleteQueue(reportsName(installation, 0));
  const { assign, report, dead } = exchanges(installation);
  await channel.deleteQueue(dead);
  for (const exchange of [assign, report, dead]) await channel.deleteExchange(exchange);
  await model.close();
}
