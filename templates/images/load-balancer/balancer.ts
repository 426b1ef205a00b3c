/** The load balancer as a program: `node balancer.ts <port> <peers file> <run directory> <artifact directory or nothing>`. */

import { Backends } from './backends.ts';
import { openControl } from './control.ts';
import { createBalancer } from './proxy.ts';
import { readSettings } from './settings.ts';

const [, , port = '', peersFile = '', runDirectory = '', artifactDirectory = ''] = process.argv;
const settings = await readSettings(artifactDirectory);
const backends = new Backends(peersFile);
await backends.load();
await openControl(runDirectory, () => backends.load());
const server = createBalancer(backends, settings);
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
});
