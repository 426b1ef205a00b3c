/** The brokers of this machine that answer. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { createIdentity, reconcilerBrokerPassword, type InstallationIdentity } from '../../agent/transports/keys.ts';
import { startProgram } from './child.ts';

export interface OpenedBroker {
  readonly url: string;
  readonly identity: InstallationIdentity;
  /** Its processes, when it is ours alone. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

export interface Broker {
  readonly name: string;
  readonly open: () => Promise<OpenedBroker>;
}

const mqttUrl = process.env['STRATOS_TEST_MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';
const amqpUrl = process.env['STRATOS_TEST_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';

export async function brokers(): Promise<{ readonly found: readonly Broker[]; readonly missing: Readonly<Record<string, string>> }> {
  const outside = [{ name: 'Mosquitto', url: mqttUrl }, { name: 'RabbitMQ', url: amqpUrl }];
  const answers = await Promise.all(outside.map(({ url }) => listens(url)));
  return {
    found: [{ name: 'embedded MQTT', open: embedded }, ...outside.filter((_, index) => answers[index]).map(({ name, url }) => ({
      name, open: async () => ({ url, identity: createIdentity(), pids: [], close: async () => undefined }),
    }))],
    missing: Object.fromEntries(outside.filter((_, index) => !answers[index]).map(({ name, url }) => [name, `nothing listens at ${new URL(url).host}`])),
  };
}

async function embedded(): Promise<OpenedBroker> {
  const identity = createIdentity();
  const password = reconcilerBrokerPassword(identity);
  const program = await startProgram('embedded-broker', { installation: identity.installation, password });
  return { identity, url: `mqtt://${identity.installation}:${password}@127.0.0.1:${String(program.first)}`, pids: [program.pid], close: () => program.close() };
}

async function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const found = await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) }).then(() => true, () => false);
  socket.destroy();
  return found;
}
