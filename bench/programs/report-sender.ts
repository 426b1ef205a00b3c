/** Members that report: seals the next reports when told `seal`, and sends them at once when told `send`. */

import { loadIdentity, type IdentityMaterial } from '../../agent/transports/keys.ts';
import { connectBare, type Letter } from '../worlds/bare-client.ts';
import { addresses, sealedReports } from '../worlds/messages.ts';

const { url, material, count } = JSON.parse(process.argv[2] ?? '{}') as { url: string; material: IdentityMaterial; count: number };
const identity = loadIdentity(material);
const client = await connectBare(url, identity, []);
const members = addresses(count);
let sequence = 0;
let sealed: readonly Letter[] = [];

process.on('message', (wish: 'seal' | 'send') => {
  if (wish === 'seal') sealed = sealedReports(identity, members, (sequence += 1));
  const done = wish === 'seal' ? Promise.resolve() : client.send('report', sealed);
  done.then(() => process.send?.(wish), () => process.exit(1));
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
