/** The embedded broker as a process of its own: a child of the supervisor, gone with it. */

import { memberBrokerPassword, reconcilerBrokerPassword } from '../../agent/transports/keys.ts';
import { startBroker } from '../../agent/transports/mqtt/broker.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';
import { openIdentity } from '../platform/identity.ts';
import { readConfig } from '../config.ts';

const { dataDirectory, embeddedBrokerPort } = readConfig();
const identity = openIdentity(dataDirectory);
const broker = await startBroker({
  installation: identity.installation, host: '127.0.0.1', port: embeddedBrokerPort ?? 0, messageBytesMax, connectionsMax: 10_000,
  reconcilerPassword: reconcilerBrokerPassword(identity),
  memberPassword: (member) => memberBrokerPassword(identity, member),
  onRefused: (why) => process.stderr.write(`broker: refused ${why}\n`),
});
process.send?.({ ready: true, port: broker.port });

async function end(): Promise<void> {
  await broker.close();
  process.exit(0);
}
process.once('SIGTERM', () => void end());
process.on('SIGINT', () => undefined);
process.once('disconnect', () => void end());
