/** Run as a process: both ends exchange one message each way and close. Nothing of them may keep the process. */

import { Buffer } from 'node:buffer';
import { transportFor } from '../../agent/transports/index.ts';
import type { InstallationId } from '../../schemas/ids.ts';
import { addressOf } from './samples.ts';

const { installation, reconcilerUrl, agentUrl } = JSON.parse(process.argv[2] ?? '{}') as { installation: InstallationId; reconcilerUrl: string; agentUrl: string };
const transport = await transportFor(reconcilerUrl);
const address = addressOf();
const assigned = Promise.withResolvers<string>();
const reported = Promise.withResolvers<string>();
const connected = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
const common = (end: 0 | 1) => ({
  installation,
  messageBytesMax: 1_000,
  onRefused: () => undefined,
  onState: (state: { connected: boolean }) => { if (state.connected) connected[end]?.resolve(); },
});
const reconciler = await transport.connectReconciler({
  ...common(0), url: reconcilerUrl, shards: [address.shard], onReport: (message) => reported.resolve(Buffer.from(message).toString()),
});
const agent = await transport.connectAgent({
  ...common(1), url: agentUrl, address, onAssignment: (message) => assigned.resolve(Buffer.from(message).toString()),
});
await Promise.all(connected.map(({ promise }) => promise));
await reconciler.assign(address, Buffer.from('assignment'));
await agent.report(Buffer.from('report'));
process.stdout.write(`${await assigned.promise} ${await reported.promise}`);
await reconciler.forget(address);
await Promise.all([reconciler.close(), agent.close()]);
