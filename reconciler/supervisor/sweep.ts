/** The members of this platform on this machine, without a reconciler: whether any run, and ending all of them. */

import { join } from 'node:path';
import { providerName, type ClusterId, type MemberId } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Provider } from '../contracts/provider.ts';
import { openIdentity } from '../platform/identity.ts';
import { createProvider } from '../providers/index.ts';
import { root } from '../platform/root.ts';

/** All clusters together have this long; what is left then ends at once. */
const budgetMs = 6_000;

/** Whether anything of a member is left from a start before. */
export async function membersRun(config: Config, clock: Clock): Promise<boolean> {
  const provider = localProvider(config, clock);
  try {
    return (await provider.list()).items.length > 0;
  } finally {
    await provider.close();
  }
}

/** Ends every member, the newest first, so that nobody outlives what it depends on; the number of those that could not be ended. */
export async function sweep(config: Config, clock: Clock): Promise<number> {
  const provider = localProvider(config, clock);
  try {
    const { items } = await provider.list();
    const clusters = new Map<ClusterId, { readonly since: number; readonly members: MemberId[] }>();
    for (const { member, tags } of items) {
      const cluster = clusters.get(tags.cluster) ?? { since: tags.launchedAtMs, members: [] };
      clusters.set(tags.cluster, { since: Math.min(cluster.since, tags.launchedAtMs), members: [...cluster.members, member] });
    }
    const deadlineMs = clock.monotonicMs() + budgetMs;
    const running: Promise<unknown>[] = [];
    for (const { members } of [...clusters.values()].sort((a, b) => b.since - a.since)) {
      const released = Promise.allSettled(members.map((member) => provider.release(member)));
      running.push(released);
      if (clock.monotonicMs() < deadlineMs) await released;
    }
    await Promise.all(running);
    return (await provider.list()).items.length;
  } finally {
    await provider.close();
  }
}

function localProvider(config: Config, clock: Clock): Provider {
  return createProvider.local({
    name: providerName('local'), installation: openIdentity(config.dataDirectory).installation, dataDirectory: config.dataDirectory, imageRoots: [],
    agentCommand: [process.execPath, join(root, 'agent', 'main.ts')], loadBalancerPort: null, clock, stopGraceMs: 3_000, onRemark: () => undefined,
  });
}
