import { connect, type Channel, type ChannelModel } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { amqpTransport } from '../../agent/transports/amqp/amqp.ts';
import { exchanges, mailboxName, reportsName } from '../../agent/transports/amqp/topology.ts';
import { createIdentity, type InstallationIdentity } from '../../agent/transports/keys.ts';
import type { AgentLink, LinkState, ReconcilerLink } from '../../agent/transports/transport.ts';
import { amqpUrl, cuttableNetwork, hasRabbit, removeFromRabbit } from './brokers.ts';
import { addressOf, bytesOf, member, textOf } from './samples.ts';

/** What only RabbitMQ has: queues that are deleted, dead letters, messages that are held, a network that breaks in the middle. */
describe.skipIf(!await hasRabbit())('amqp [needs: RabbitMQ at STRATOS_TEST_AMQP_URL]', () => {
  const address = addressOf();
  const links: (AgentLink | ReconcilerLink)[] = [];
  let identity: InstallationIdentity;
  let model: ChannelModel;
  let admin: Channel;
  let network: Awaited<ReturnType<typeof cuttableNetwork>>;
  let url: string;

  beforeAll(async () => {
    const broker = new URL(amqpUrl);
    network = await cuttableNetwork({ host: broker.hostname, port: Number(broker.port || 5672) });
    broker.hostname = '127.0.0.1';
    broker.port = String(network.port);
    url = broker.href;
    model = await connect(amqpUrl);
  });
  beforeEach(async () => {
    identity = createIdentity();
    admin = await model.createChannel();
  });
  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.close()));
    await admin.close();
    await removeFromRabbit(identity, [member]);
  });
  afterAll(async () => {
    await model.close();
    await network.cut();
  });

  const start = async (settings: { onReport?: (text: string) => Promise<void> | void; mailboxRefreshMs?: number } = {}) => {
    const transport = amqpTransport({ mailboxRefreshMs: settings.mailboxRefreshMs ?? 600_000 });
    const heard = { assignments: [] as string[], reports: [] as string[], refused: [] as string[], far: [] as LinkState[], near: [] as LinkState[] };
    const common = { url, installation: identity.installation, messageBytesMax: 1_000, onRefused: (why: string) => heard.refused.push(why) };
    const far = await transport.connectReconciler({
      ...common,
      shards: [address.shard],
      onState: (state) => heard.far.push(state),
      onReport: (message) => {
        heard.reports.push(textOf(message));
        return settings.onReport?.(textOf(message));
      },
    });
    const near = await transport.connectAgent({
      ...common, address, onState: (state) => heard.near.push(state), onAssignment: (message) => heard.assignments.push(textOf(message)),
    });
    links.push(far, near);
    await connected(heard.far, heard.near);
    return { far, near, heard };
  };
  const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 10 });
  const connected = (...states: LinkState[][]): Promise<void> => soon(() => {
    for (const state of states) expect(state.at(-1)).toEqual({ connected: true });
  });
  const cameBack = (states: LinkState[], reason: RegExp): Promise<void> => soon(() => {
    expect(states.slice(-2)).toEqual([{ connected: false, reason: expect.stringMatching(reason) as string }, { connected: true }]);
  });

  test('a mailbox that is deleted under its reader is there again', async () => {
    const { far, heard } = await start();
    await admin.deleteQueue(mailboxName(identity.installation, member));
    await cameBack(heard.near, /the mailbox was deleted/);
    await far.assign(address, bytesOf('1'));
    await soon(() => expect(heard.assignments).toEqual(['1']));
  });

  test('a queue of reports that is deleted under its reader is there again', async () => {
    const { near, heard } = await start();
    await admin.deleteQueue(reportsName(identity.installation, address.shard));
    await cameBack(heard.far, /the queue .*reports.* was deleted/);
    await near.report(bytesOf('1'));
    await soon(() => expect(heard.reports).toEqual(['1']));
  });

  test('a channel that the broker closes is opened again', async () => {
    const { far, heard } = await start();
    await admin.deleteExchange(exchanges(identity.installation).assign);
    await expect(far.assign(address, bytesOf('1'))).rejects.toThrow(/not confirmed/);
    await cameBack(heard.far, /NOT_FOUND/);
    await far.assign(address, bytesOf('2'));
    await soon(() => expect(heard.assignments).toEqual(['2']));
  });

  test('an expired mailbox is declared again when something is assigned', async () => {
    const { far, near } = await start();
    await far.assign(address, bytesOf('1'));
    await near.close();
    await admin.deleteQueue(mailboxName(identity.installation, member));
    await far.assign(address, bytesOf('2'));
    expect((await admin.checkQueue(mailboxName(identity.installation, member))).messageCount).toBe(1);
  });

  test('a report that was being handled when the network broke comes again', async () => {
    const never = new Promise<void>(() => undefined);
    const { near, heard } = await start({ onReport: () => never });
    await near.report(bytesOf('1'));
    await soon(() => expect(heard.reports).toEqual(['1']));
    await network.cut();
    await soon(() => expect(heard.far.at(-1)).toMatchObject({ connected: false }));
    await network.mend();
    await soon(() => expect(heard.reports).toEqual(['1', '1']));
  });

  test('what the handler refuses is a dead letter, once', async () => {
    const { near, heard } = await start({ onReport: () => { throw new Error('no'); } });
    await near.report(bytesOf('poison'));
    await soon(async () => expect((await admin.checkQueue(exchanges(identity.installation).dead)).messageCount).toBe(1));
    const dead = await admin.get(exchanges(identity.installation).dead, { noAck: true });
    expect(dead !== false && textOf(dead.content)).toBe('poison');
    expect(heard.reports).toEqual(['poison']);
  });

  test('a report that no queue takes is kept until there is one', async () => {
    const { far, near, heard } = await start();
    await far.close();
    await admin.deleteQueue(reportsName(identity.installation, address.shard));
    await near.report(bytesOf('1'));
    await near.report(bytesOf('2'));
    const late = await start();
    await soon(() => expect(late.heard.reports).toEqual(['2']));
    expect(heard.refused).toEqual([]);
  });

  test('a mailbox that is handed back all the time loses nothing, repeats nothing and keeps the last', async () => {
    const { far, near, heard } = await start({ mailboxRefreshMs: 10 });
    const sent = Array.from({ length: 100 }, (_, index) => String(index + 1));
    for (const text of sent) await far.assign(address, bytesOf(text));
    await soon(() => expect(heard.assignments.at(-1)).toBe('100'));
    expect(heard.assignments.map(Number)).toEqual(heard.assignments.map(Number).toSorted((a, b) => a - b));
    expect(new Set(heard.assignments).size).toBe(heard.assignments.length);
    await near.close();
    expect((await admin.checkQueue(mailboxName(identity.installation, member))).messageCount).toBe(1);
    const again = await start();
    await soon(() => expect(again.heard.assignments).toEqual(['100']));
  });

  test('two generations in a mailbox at a cut come back as the newer one', async () => {
    const { far, heard } = await start();
    for (const text of ['1', '2', '3']) await far.assign(address, bytesOf(text));
    await soon(() => expect(heard.assignments.at(-1)).toBe('3'));
    await network.cut();
    await soon(() => expect(heard.near.at(-1)).toMatchObject({ connected: false }));
    await network.mend();
    await connected(heard.near, heard.far);
    await soon(() => expect(heard.assignments.slice(-2)).toEqual(['3', '3']));
  });
});
