/** One assignment each for many members: signed, sealed, confirmed by the broker. The floor sends the same bytes, sealed before. */

import { sized, type Benchmark, type Case, type Side } from '../benchmark.ts';
import { transportFor } from '../../agent/transports/index.ts';
import type { ReconcilerLink } from '../../agent/transports/transport.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';
import { connectBare, removeInstallation } from '../worlds/bare-client.ts';
import { brokers, type Broker, type OpenedBroker } from '../worlds/brokers.ts';
import { addresses, sealedAssignment } from '../worlds/messages.ts';

export const fanOut: Benchmark = {
  name: 'fan-out',
  about: 'assignments to many mailboxes',
  async cases({ scale }) {
    const { found, missing } = await brokers();
    return { cases: found.map((broker) => sending(broker, sized(scale, { tiny: 10, full: 1_000 }))), skipped: missing };
  },
};

function sending(broker: Broker, count: number): Case {
  return {
    name: `${count} mailboxes, ${broker.name}`, operation: 'assignment', operations: count, process: 'kept',
    ours: async () => ours(await broker.open(), count),
    floors: { 'a bare client with sealed messages': async () => floor(await broker.open(), count) },
  };
}

async function ours(broker: OpenedBroker, count: number): Promise<Side> {
  const to = addresses(count);
  const link = await connected(broker);
  let sequence = 0;
  return {
    outside: broker.pids,
    round: async () => {
      await Promise.all(to.map((address) => link.assign(address, sealedAssignment(broker.identity, address, (sequence += 1)))));
    },
    async close() {
      await link.close();
      await clean(broker, count);
    },
  };
}

async function floor(broker: OpenedBroker, count: number): Promise<Side> {
  const to = addresses(count);
  const client = await connectBare(broker.url, broker.identity, to);
  const letters = to.map((address, index) => ({ to: address, bytes: sealedAssignment(broker.identity, address, index + 1) }));
  return {
    outside: broker.pids,
    round: () => client.send('assign', letters),
    async close() {
      await client.close();
      await clean(broker, count);
    },
  };
}

async function clean(broker: OpenedBroker, count: number): Promise<void> {
  if (broker.pids.length === 0) await removeInstallation(broker.url, broker.identity, addresses(count));
  await broker.close();
}

async function connected({ url, identity }: OpenedBroker): Promise<ReconcilerLink> {
  const transport = await transportFor(url);
  const up = Promise.withResolvers<void>();
  const link = await transport.connectReconciler({
    url, installation: identity.installation, shards: [0], messageBytesMax, onRefused: () => undefined, onReport: () => undefined,
    onState: (state) => { if (state.connected) up.resolve(); },
  });
  await up.promise;
  return link;
}
