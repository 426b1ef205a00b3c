/** The embedded broker in a process of its own, as the supervisor runs it. Ends with whoever started it. */

import { startBroker } from '../../agent/transports/mqtt/broker.ts';
import { installationId } from '../../schemas/ids.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';

const { installation, password } = JSON.parse(process.argv[2] ?? '{}') as { installation: string; password: string };
const broker = await startBroker({
  installation: installationId(installation), host: '127.0.0.1', port: 0, reconcilerPassword: password, memberPassword: () => null,
  messageBytesMax, connectionsMax: 100, onRefused: (why) => process.stderr.write(`the broker refused ${why}\n`),
});
process.once('disconnect', () => process.exit(0));
process.send?.(broker.port);
