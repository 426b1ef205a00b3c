/** An agent's gate in a process of its own, before whatever listens at `behind`. */

import { systemClock } from '../../agent/clock.ts';
import type { LaunchSettings } from '../../agent/join.ts';
import { Gate } from '../../agent/operations/gate/gate.ts';

const settings: LaunchSettings = {
  properties: {}, ports: [{ name: 'http', protocol: 'http', port: 8080 }], extensions: {}, health: null,
  timeouts: { startMs: 30_000, drainMs: 10_000, extensionMs: 60_000 }, resources: { cpu: null, memoryBytes: null }, metadataKeys: [], needsArtifact: false,
};

const { behind } = JSON.parse(process.argv[2] ?? '{}') as { behind: number };
const gate = new Gate(settings, systemClock);
const ports = await gate.open({});
gate.release(new Map([['http', behind]]));
process.once('disconnect', () => process.exit(0));
process.send?.(ports['http']);
