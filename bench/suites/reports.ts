/**
 * Signed reports from the broker to what is observed: taken, opened, checked, folded. The floor takes the same messages and
 * looks at none. Without a broker: opening and folding beside parsing the same bytes as JSON.
 */

import { sized, type Benchmark, type Case, type Side } from '../benchmark.ts';
import { createIdentity, identityMaterial, type InstallationIdentity } from '../../agent/transports/keys.ts';
import { transportFor } from '../../agent/transports/index.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';
import { systemClock } from '../../reconciler/clock.ts';
import { Reports } from '../../reconciler/observed/reports.ts';
import { connectBare, removeInstallation, type Letter } from '../worlds/bare-client.ts';
import { brokers, type Broker, type OpenedBroker } from '../worlds/brokers.ts';
import { startProgram } from '../worlds/child.ts';
import { addresses, sealedReports } from '../worlds/messages.ts';

export const reports: Benchmark = {
  name: 'reports',
  about: 'reports of many members to what is observed',
  async cases({ scale }) {
    const count = sized(scale, { tiny: 20, full: 1_000 });
    const { found, missing } = await brokers();
    return { cases: [opening(count * 5), ...found.map((broker) => taking(broker, count))], skipped: missing };
  },
};

const observer = (identity: InstallationIdentity): Reports => new Reports({ identity, clock: systemClock, isMember: () => true, onNews: () => undefined });

function opening(count: number): Case {
  const side = (work: (identity: InstallationIdentity) => (letters: readonly Letter[]) => void): Side => {
    const identity = createIdentity();
    const round = work(identity);
    let sequence = 0;
    let letters: readonly Letter[] = [];
    return { before: () => { letters = sealedReports(identity, addresses(count), (sequence += 1)); }, round: () => round(letters) };
  };
  return {
    name: `${count} opened and folded, no broker`, operation: 'report', operations: count, process: 'kept',
    ours: () => side((identity) => {
      const observed = observer(identity);
      return (letters) => {
        for (const { bytes } of letters) observed.receive(bytes);
        demandAccepted(observed);
      };
    }),
    floors: { 'JSON.parse': () => side(() => (letters) => {
      for (const { bytes } of letters) JSON.parse(Buffer.from(bytes).toString());
    }) },
  };
}

function demandAccepted(observed: Reports): void {
  if (observed.refused.size > 0) throw new Error(`refused: ${JSON.stringify([...observed.refused])}`);
}

function taking(broker: Broker, count: number): Case {
  return {
    name: `${count} from ${broker.name}`, operation: 'report', operations: count, process: 'kept',
    ours: async () => {
      const opened = await broker.open();
      const observed = observer(opened.identity);
      return side(opened, count, async (onTaken) => takeOurs(opened, (bytes) => {
        observed.receive(bytes);
        demandAccepted(observed);
        onTaken();
      }));
    },
    floors: {
      'a bare consumer': async () => {
        const opened = await broker.open();
        return side(opened, count, async (onTaken) => {
          const client = await connectBare(opened.url, opened.identity, []);
          await client.take(onTaken);
          return client;
        });
      },
    },
  };
}

/** A round lasts from the word to send until the last report was taken. */
async function side(broker: OpenedBroker, count: number, take: (onTaken: () => void) => Promise<{ close(): Promise<void> }>): Promise<Side> {
  let taken = 0;
  let all = Promise.withResolvers<void>();
  const consumer = await take(() => { if ((taken += 1) === count) all.resolve(); });
  const sender = await startProgram('report-sender', { url: broker.url, material: identityMaterial(broker.identity), count });
  return {
    outside: [...broker.pids, sender.pid],
    async before() {
      await sender.ask('seal');
      taken = 0;
      all = Promise.withResolvers<void>();
    },
    async round() {
      await Promise.all([sender.ask('send'), all.promise]);
    },
    async close() {
      await Promise.all([sender.close(), consumer.close()]);
      if (broker.pids.length === 0) await removeInstallation(broker.url, broker.identity, addresses(count));
      await broker.close();
    },
  };
}

async function takeOurs({ url, identity }: OpenedBroker, onReport: (bytes: Uint8Array) => void): Promise<{ close(): Promise<void> }> {
  const up = Promise.withResolvers<void>();
  const link = await (await transportFor(url)).connectReconciler({
    url, installation: identity.installation, shards: [0], messageBytesMax, onRefused: () => undefined, onReport,
    onState: (state) => { if (state.connected) up.resolve(); },
  });
  await up.promise;
  return link;
}
