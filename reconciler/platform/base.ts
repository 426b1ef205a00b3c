/** The ground the platform stands on: identity, store, what is remembered, the queue, the journal, the counters. */

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { InstallationIdentity } from '../../agent/transports/keys.ts';
import { providerName, type ApplicationId, type SourceName } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Provider } from '../contracts/provider.ts';
import type { Store } from '../contracts/store.ts';
import { openIdentity } from './identity.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Reports } from '../observed/reports.ts';
import { createProvider } from '../providers/index.ts';
import { createQueue, type Queue } from '../queue.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { root } from './root.ts';
import { applicationOf, createState, isMember, knownApplications, type State } from '../state.ts';
import { openStore } from '../store/index.ts';

export type Key = `application/${ApplicationId}` | `source/${SourceName}`;

export interface Work {
  application(id: ApplicationId): Promise<void>;
  source(name: SourceName): Promise<void>;
}

export interface Base {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly identity: InstallationIdentity;
  readonly store: Store;
  readonly state: State;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  readonly queue: Queue<Key>;
  /** Says what works on the keys; those that were added before wait for it. */
  wire(work: Work): void;
  enqueueAll(): void;
}

export async function openBase(config: Config, clock: Clock, log: Logger): Promise<Base> {
  const identity = openIdentity(config.dataDirectory);
  const store = await openStore(config.storeUrl, { now: () => clock.nowMs(), onRemark: (remark) => log.warn(remark, 'store') });
  const wired = Promise.withResolvers<Work>();
  const queue = createQueue<Key>({
    clock, workers: 4,
    work: async (key) => {
      const work = await wired.promise;
      if (key.startsWith('source/')) await work.source(key.slice('source/'.length) as SourceName);
      else await work.application(key.slice('application/'.length) as ApplicationId);
    },
    onError: (key, error, failures) => log.error({ key, failures, error: error instanceof Error ? error.stack : String(error) }, 'a pass failed'),
  });
  const reports = new Reports({
    identity, clock, isMember: (member) => isMember(state, member),
    onNews: (report) => { const id = applicationOf(state, report.member); if (id) queue.add(`application/${id}`); },
  });
  const local = localProvider(config, clock, log, identity);
  const state = createState({ providers: new Map([[local.name, local]]), reports });
  for (const [id, memory] of await store.readMemories()) state.memories.set(id, memory);
  // What was asked for and never seen is asked for again at once: nobody knows how far the last process came.
  for (const intent of await store.readIntents()) {
    const { member, provider } = intent.launch;
    state.intents.set(member, { ...intent, nextAtMs: Math.min(intent.nextAtMs, clock.nowMs()) });
    if (intent.started) state.inventory.expect(member, provider);
  }
  const recorder = createRecorder({
    store, clock, epoch: () => state.epoch,
    log: (note) => log.info({ application: note.application ?? undefined, ...note.facts }, `${note.type}: ${note.text}`),
  });
  return {
    config, clock, log, identity, store, state, recorder, queue, wire: wired.resolve, metrics: createMetrics(state, () => queue.depth()),
    enqueueAll: () => knownApplications(state).forEach((id) => queue.add(`application/${id}`)),
  };
}

function localProvider(config: Config, clock: Clock, log: Logger, identity: InstallationIdentity): Provider {
  return createProvider.local({
    name: providerName('local'), installation: identity.installation, dataDirectory: config.dataDirectory,
    imageRoots: [join(root, 'templates', 'images')],
    // Small and quick agents: a young generation of one megabyte, one arena, and code that is compiled once for all of them.
    agentCommand: [process.execPath, '--max-semi-space-size=1', join(root, 'agent', 'main.ts')],
    agentEnvironment: { MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: join(config.dataDirectory, 'compiled') },
    loadBalancerPort: config.loadBalancerPort, clock, onRemark: (text) => log.warn({ text }, 'local provider'),
  });
}
