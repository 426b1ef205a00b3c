import { once, type EventEmitter } from 'node:events';
import { connect as connectSocket } from 'node:net';
import fc from 'fast-check';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createIdentity, memberBrokerPassword, reconcilerBrokerPassword } from '../../agent/transports/keys.ts';
import { PacketLengths } from '../../agent/transports/mqtt/packet-lengths.ts';
import { startBroker } from '../../agent/transports/mqtt/broker.ts';
import { memberId } from '../../schemas/ids.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';
import { embeddedBroker, type TestBroker } from './brokers.ts';
import { member, otherMember } from './samples.ts';

const identity = createIdentity();
const { installation } = identity;
const own = { assign: `${installation}/assign/7/default/shop/web/${member}`, report: `${installation}/report/7/default/shop/web/${member}` };
const others = { assign: own.assign.replace(member, otherMember), report: own.report.replace(member, otherMember) };

describe('the embedded broker', () => {
  const clients: MqttClient[] = [];
  let refused: string[];
  let broker: TestBroker;
  let port: number;

  beforeEach(async () => {
    refused = [];
    broker = await embeddedBroker(identity, (why) => refused.push(why));
    port = Number(new URL(broker.url(identity, 'reconciler')).port);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
    await broker.stop();
  });

  const enter = async (options: IClientOptions): Promise<MqttClient> => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0, ...options }, false);
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const asMember = (id = member): Promise<MqttClient> => enter({
    clientId: `${installation}.${id}`, username: id, password: memberBrokerPassword(identity, id),
  });
  const asReconciler = (): Promise<MqttClient> => enter({
    clientId: `${installation}.reconciler.test`, username: installation, password: reconcilerBrokerPassword(identity),
  });

  test('lets nobody in without the right name and password', async () => {
    const password = memberBrokerPassword(identity, member);
    const terminated = memberId('shop-web-9-1-terminated');
    const wrong: IClientOptions[] = [
      {},
      { clientId: `${installation}.${member}`, username: member, password: 'guess' },
      { clientId: `${installation}.${member}`, username: member, password: '' },
      { clientId: `${installation}.${otherMember}`, username: otherMember, password },
      { clientId: `${installation}.${otherMember}`, username: member, password },
      { clientId: `${installation}.reconciler.x`, username: member, password },
      { clientId: `${installation}.reconciler.x`, username: installation, password },
      { clientId: `${installation}.${member}`, username: installation, password: reconcilerBrokerPassword(identity) },
      { clientId: `${installation}.${terminated}`, username: terminated, password: memberBrokerPassword(identity, terminated) },
    ];
    for (const options of wrong) await expect(enter(options), JSON.stringify(options)).rejects.toThrow(/Connection refused: Bad username or password/);
    expect(refused).toHaveLength(wrong.length);
    expect(refused.join()).not.toContain(password);
  });

  test('lets a member hear its own mailbox and nothing else', async () => {
    const client = await asMember();
    const filters = [others.assign, own.report, '#', '+/+/+/+/+/+/+', `${installation}/assign/#`, `${installation}/assign/7/default/shop/+/${member}`, `$SYS/#`, '$share/x/#', `elsewhere/assign/7/default/shop/web/${member}`];
    for (const filter of filters) await expect(client.subscribeAsync(filter, { qos: 1 }), filter).rejects.toThrow(/Subscribe error/);
    expect(refused).toHaveLength(filters.length);
    expect(await client.subscribeAsync(own.assign, { qos: 1 })).toEqual([{ topic: own.assign, qos: 1 }]);
  });

  test('cuts a member off that sends what is not its own to send', async () => {
    const hostile: [string, Parameters<MqttClient['publish']>[2]][] = [
      [others.report, { qos: 1 }], [own.assign, { qos: 1 }], [others.assign, { qos: 1, retain: true }],
      [own.report.replace('/shop/', '/other/'), { qos: 1, retain: true }], [own.report, { qos: 2 }], ['elsewhere', { qos: 0 }], ['$SYS/x', { qos: 0 }],
    ];
    const listener = await asReconciler();
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    await listener.subscribeAsync(`${installation}/#`, { qos: 1 });
    await (await asMember()).publishAsync(own.report, 'mine', { qos: 1, retain: true });
    for (const [topic, options] of hostile) {
      const client = await asMember();
      const closed = once(emitter(client), 'close');
      client.publish(topic, 'x', options as object);
      await closed;
    }
    const client = await asMember();
    await client.publishAsync(own.report, 'mine', { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual([own.report, own.report]));
    expect(refused).toHaveLength(hostile.length);
  });

  test('cuts off whoever announces a huge packet, before it has come', async () => {
    for (const size of [messageBytesMax + 2_000, 200_000_000]) {
      const socket = connectSocket({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.write(Buffer.from([0x10, ...lengthDigits(size), 0, 4, 0x4d]));
      await closed;
    }
    expect(refused).toEqual([`a packet of ${messageBytesMax + 2_000} bytes, at most ${messageBytesMax + 1_024} are taken`, `a packet of 200000000 bytes, at most ${messageBytesMax + 1_024} are taken`]);
    // Still there for the others, up to the limit and not above.
    const [client, listener] = [await asMember(), await asReconciler()];
    const heard: number[] = [];
    listener.on('message', (_topic, message) => heard.push(message.length));
    await listener.subscribeAsync(`${installation}/report/#`, { qos: 1 });
    await client.publishAsync(own.report, Buffer.alloc(messageBytesMax), { qos: 1 });
    await vi.waitFor(() => expect(heard).toEqual([messageBytesMax]));
    const closed = once(emitter(client), 'close');
    client.publish(own.report, Buffer.alloc(messageBytesMax + 1), { qos: 1 });
    await closed;
    expect(refused.at(-1)).toMatch(/too large/);
    expect(heard).toEqual([messageBytesMax]);
  });

  test('lives through garbage', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const socket = connectSocket({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.end(bytes);
      socket.resume();
      await closed;
    }), { numRuns: 50 });
    const [client, listener] = [await asMember(), await asReconciler()];
    const heard = once(emitter(listener), 'message');
    await listener.subscribeAsync(`${installation}/report/#`, { qos: 1 });
    await client.publishAsync(own.report, 'alive', { qos: 1 });
    expect(String((await heard)[1])).toBe('alive');
  });

  test('a newer connection of a member takes the place of the older one', async () => {
    const before = await asMember();
    const closed = once(emitter(before), 'close');
    const after = await asMember();
    await closed;
    expect(after.connected).toBe(true);
  });

  test('says when its port is taken', async () => {
    await expect(startBroker({
      installation, host: '127.0.0.1', port, reconcilerPassword: 'x', memberPassword: () => null, messageBytesMax, connectionsMax: 1, onRefused: () => undefined,
    })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closes while clients are there and while one has said nothing', async () => {
    await asMember();
    const silent = connectSocket({ host: '127.0.0.1', port });
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await broker.goAway();
    await closed;
    await expect(enter({})).rejects.toThrow(/ECONNREFUSED/);
    await broker.comeBack();
  });
});

describe('packet lengths', () => {
  test('are read from any stream of packets, however it is cut', () => {
    const packet = fc.record({ topic: fc.stringMatching(/^[a-z]{1,20}$/), payload: fc.integer({ min: 0, max: 20_000 }) });
    fc.assert(fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 3_000 }), (packets, step) => {
      const frames = packets.map(({ topic, payload }) => publishPacket(topic, Buffer.alloc(payload, 0xff)));
      const stream = Buffer.concat(frames);
      const lengths = new PacketLengths();
      let largest = 0;
      for (let at = 0; at < stream.length; at += step) largest = Math.max(largest, lengths.push(stream.subarray(at, at + step)));
      expect(largest).toBe(Math.max(...packets.map(({ topic, payload }) => 2 + topic.length + payload)));
    }), { numRuns: 100 });
  });
});

/** The library types its events in its own way. */
function emitter(client: MqttClient): EventEmitter {
  return client as unknown as EventEmitter;
}

/** The length of a packet's body as MQTT spells it: seven bits a byte, the lowest first. */
function lengthDigits(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) + 128, ...lengthDigits(Math.floor(length / 128))];
}

function publishPacket(topic: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x30, ...lengthDigits(2 + topic.length + payload.length), 0, topic.length]), Buffer.from(topic), payload]);
}
