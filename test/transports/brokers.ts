/**
 * Brokers for the tests, each in one form: it can go away and come back on its port, with real sockets and processes.
 * RabbitMQ itself is shared, so what goes away there is the network in between.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { connect as connectAmqp } from 'amqplib';
import { amqp } from '../../agent/transports/amqp/amqp.ts';
import { exchanges, mailboxName, reportsName } from '../../agent/transports/amqp/topology.ts';
import type { InstallationIdentity } from '../../agent/transports/keys.ts';
import { memberBrokerPassword, reconcilerBrokerPassword } from '../../agent/transports/keys.ts';
import { memoryTransport } from '../../agent/transports/memory/memory.ts';
import { mqtt } from '../../agent/transports/mqtt/mqtt.ts';
import { startBroker, type Broker } from '../../agent/transports/mqtt/broker.ts';
import type { Transport } from '../../agent/transports/transport.ts';
import type { MemberId } from '../../schemas/ids.ts';
import { messageBytesMax, shardCount } from '../../schemas/messages/envelope.ts';

export interface TestBroker {
  readonly transport: Transport;
  /** Whether mailboxes outlive an outage. */
  readonly keepsMailboxes: boolean;
  /** Whether any installation may use it. */
  readonly shared: boolean;
  url(identity: InstallationIdentity, user: 'reconciler' | MemberId): string;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Removes what an installation left on it, mailboxes of these members among it. */
  cleanUp(identity: InstallationIdentity, members: readonly MemberId[]): Promise<void>;
  stop(): Promise<void>;
}

export async function memoryBroker(): Promise<TestBroker> {
  const transport = memoryTransport();
  const url = 'memory://test';
  return {
    transport,
    keepsMailboxes: true,
    shared: true,
    url: () => url,
    goAway: async () => transport.broker(url).stop(),
    comeBack: async () => transport.broker(url).start(),
    cleanUp: async () => undefined,
    stop: async () => undefined,
  };
}

export async function embeddedBroker(identity: InstallationIdentity, onRefused: (why: string) => void = () => undefined): Promise<TestBroker> {
  const start = (port: number): Promise<Broker> => startBroker({
    installation: identity.installation,
    host: '127.0.0.1',
    port,
    reconcilerPassword: reconcilerBrokerPassword(identity),
    memberPassword: (member) => (member.endsWith('-terminated') ? null : memberBrokerPassword(identity, member)),
    messageBytesMax,
    connectionsMax: 100,
    onRefused,
  });
  let broker = await start(0);
  const { port } = broker;
  return {
    transport: mqtt,
    keepsMailboxes: false,
    shared: false,
    url: (of, user) => (user === 'reconciler'
      ? `mqtt://${of.installation}:${reconcilerBrokerPassword(of)}@127.0.0.1:${port}`
      : `mqtt://${user}:${memberBrokerPassword(of, user)}@127.0.0.1:${port}`),
    goAway: () => broker.close(),
    comeBack: async () => { broker = await start(port); },
    cleanUp: async () => {
      await broker.close();
      broker = await start(port);
    },
    stop: () => broker.close(),
  };
}

/** Mosquitto in a process of its own; going away is SIGKILL. */
export async function mosquittoBroker(): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'stratos-mosquitto-'));
  const port = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  await writeFile(configuration, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(await mosquittoProgram() ?? 'mosquitto', ['-c', configuration], { stdio: 'ignore' });
    await untilListening(port);
    return child;
  };
  let child = await start();
  const kill = async (): Promise<void> => {
    const exited = once(child, 'exit');
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await exited;
  };
  return {
    transport: mqtt,
    keepsMailboxes: false,
    shared: true,
    url: () => `mqtt://127.0.0.1:${port}`,
    goAway: kill,
    comeBack: async () => { child = await start(); },
    cleanUp: async () => undefined,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps it where the search path of a user does not reach. */
async function mosquittoProgram(): Promise<string | null> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const program = join(folder, 'mosquitto');
    if (await access(program).then(() => true, () => false)) return program;
  }
  return null;
}

export async function hasMosquitto(): Promise<boolean> {
  return await mosquittoProgram() !== null;
}

/** A RabbitMQ that others use as well: what goes away is the network in between. */
export async function rabbitBroker(): Promise<TestBroker> {
  const { hostname, port } = new URL(amqpUrl);
  const network = await cuttableNetwork({ host: hostname, port: Number(port || 5672) });
  const url = new URL(amqpUrl);
  url.hostname = '127.0.0.1';
  url.port = String(network.port);
  return {
    transport: amqp,
    keepsMailboxes: true,
    shared: true,
    url: () => url.href,
    goAway: network.cut,
    comeBack: network.mend,
    cleanUp: removeFromRabbit,
    stop: network.cut,
  };
}

export async function removeFromRabbit({ installation }: InstallationIdentity, members: readonly MemberId[]): Promise<void> {
  const model = await connectAmqp(amqpUrl);
  const channel = await model.createChannel();
  const { assign, report, dead } = exchanges(installation);
  for (const exchange of [assign, report, dead]) await channel.deleteExchange(exchange);
  await channel.deleteQueue(dead);
  for (let shard = 0; shard < shardCount; shard++) await channel.deleteQueue(reportsName(installation, shard));
  for (const member of members) await channel.deleteQueue(mailboxName(installation, member));
  await model.close();
}

/** Where the tests look for a RabbitMQ. */
export const amqpUrl = process.env['STRATOS_TEST_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';

export async function hasRabbit(): Promise<boolean> {
  return connectAmqp(amqpUrl, { timeout: 2_000 }).then((model) => model.close()).then(() => true, () => false);
}

/** A stretch of network that can be cut: every connection ends, and none is taken until it is mended. */
export async function cuttableNetwork(to: { readonly host: string; readonly port: number }): Promise<{ port: number; cut(): Promise<void>; mend(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const relay = (near: Socket): void => {
    const far = connect(to);
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  };
  const listen = async (port: number): Promise<Server> => {
    const listening = createServer(relay).listen(port, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut: async () => {
      const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => { server = await listen(port); },
  };
}

/** Runs a script that must end by itself; rejects when it ends badly. The test's time-out ends one that hangs. */
export async function runToItsEnd(script: string, input: unknown): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(input)], { timeout: 25_000 });
  return stdout;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => { server.close(() => resolve()); });
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    const listening = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (listening) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

