/** The transports by URL scheme. Each loads its library when it is first asked for, so that an agent pays for one only. */

import { memoryTransport } from './memory/memory.ts';
import type { Transport } from './transport.ts';

/** Brokers of `memory://` URLs are shared within the process. */
const memory = memoryTransport();

const loaders: Readonly<Record<string, () => Promise<Transport>>> = {
  amqp: async () => (await import('./amqp/amqp.ts')).amqp,
  amqps: async () => (await import('./amqp/amqp.ts')).amqp,
  mqtt: async () => (await import('./mqtt/mqtt.ts')).mqtt,
  mqtts: async () => (await import('./mqtt/mqtt.ts')).mqtt,
  memory: async () => memory,
};

/**
 * The transport that speaks a broker URL.
 * @throws TypeError, naming the known schemes and never the URL, which may hold a password.
 */
export async function transportFor(url: string): Promise<Transport> {
  const scheme = URL.canParse(url) ? new URL(url).protocol.slice(0, -1) : null;
  const load = scheme === null ? undefined : Object.hasOwn(loaders, scheme) ? loaders[scheme] : undefined;
  if (load !== undefined) return load();
  const known = Object.keys(loaders).map((name) => `${name}://`).join(', ');
  throw new TypeError(scheme === null
    ? `the broker's address is not a URL; it starts with one of ${known}`
    : `no transport speaks ${scheme}://; the broker's URL starts with one of ${known}`);
}
