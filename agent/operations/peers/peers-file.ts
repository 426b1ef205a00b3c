/** `run/peers.json`: who the neighbours are, for the workload to read. Replaced as a whole, never half written. */

import { rename, writeFile } from 'node:fs/promises';
import type { Peer } from '../../../schemas/messages/assignment.ts';

/** Writes `{"peers": [...]}` with every peer's member id, cluster, endpoints, metadata and commits. */
export async function writePeersFile(path: string, peers: readonly Peer[]): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify({ peers }, null, 1)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
