/** What flows in: definitions from the sources, artifacts from their repositories, inventories from the providers. */

import { join } from 'node:path';
import type { SourceName } from '../../schemas/ids.ts';
import { createArtifacts, isBelowPrefix } from '../artifacts/index.ts';
import type { Base } from './base.ts';
import type { Artifacts } from '../contracts/artifacts.ts';
import { createDefinitions, type Definitions } from '../definitions/definitions.ts';
import { createGitStores, type GitStores } from '../git/index.ts';
import { readCredential } from './secrets.ts';
import { watchProviders, type ProviderWatch } from './watch-providers.ts';

export interface Inputs {
  readonly git: GitStores;
  readonly artifacts: Artifacts;
  readonly definitions: Definitions;
  readonly watch: ProviderWatch;
}

const gitLimits = { blobBytes: 100 * 1024 * 1024, treeEntries: 100_000, fetchTimeoutMs: 120_000 };

export async function openInputs(base: Base): Promise<Inputs> {
  const { config, clock, log, state, store, queue } = base;
  const git = await createGitStores({ searchPath: config.searchPath, remotes: { loopback: 'allow' } });
  const artifacts = await createArtifacts({
    dataDirectory: config.dataDirectory, repositoriesDirectory: join(config.dataDirectory, 'repos'),
    stores: git.native ? [git.native, git.isomorphic] : [git.isomorphic], gitLimits, clock,
    rhythm: { everyMs: 60_000, firstRetryMs: 1_000, mostRetryMs: 60_000 }, debounceMs: 100, dropAfterMs: 86_400_000,
    access: {
      mayRead: (tenant, url) => (state.desired?.tenants.get(tenant)?.repositories ?? null)?.some((prefix) => isBelowPrefix(url, prefix)) ?? true,
      credential: (tenant, name) => readCredential(config.dataDirectory, { tenant, name }),
    },
    warn: (message) => log.warn({ message }, 'artifacts'),
  });
  artifacts.onChange(() => base.enqueueAll());
  const definitions = await createDefinitions({
    config, clock, git, store, epoch: () => state.epoch,
    onHint: (source) => queue.add(`source/${source}`),
  });
  const watch = await watchProviders({ state, clock, onNews: () => base.enqueueAll(), log });
  return { git, artifacts, definitions, watch };
}

const keepEveryMs = 60_000;

/** Tells from time to time which bundles roll-outs and members still rest on, so that the others may go. */
export function keepBundles({ state, clock }: Base, artifacts: Artifacts): () => void {
  let cancel = (): void => undefined;
  const tell = (): void => {
    const rollouts = [...state.memories.values()].flatMap((memory) => Object.values(memory.rollouts));
    const bundles = rollouts.flatMap(({ target, lastGood }) => [target, ...(lastGood ? [lastGood] : [])]);
    const served = [...state.reports.all()].flatMap((report) => report.artifacts);
    artifacts.keep([...bundles, ...served].map(({ digest }) => digest));
    cancel = clock.after(keepEveryMs, tell);
  };
  cancel = clock.after(keepEveryMs, tell);
  return () => cancel();
}

/** Looks at a source; what it says now becomes what is desired, and the applications that it touches get a pass. */
export async function syncSource(source: SourceName, base: Base, { artifacts, definitions }: Inputs): Promise<void> {
  const { state, recorder, metrics, queue } = base;
  const result = await definitions.sync(source);
  metrics.syncs.inc({ source, outcome: result.failure === null ? 'done' : 'failed' });
  if (result.note) await recorder.note(result.note);
  if (result.linked) {
    for (const [id, application] of state.desired?.applications ?? []) state.lastKnown.set(id, application);
    state.desired = result.linked.desired;
    state.problems = result.linked.problems;
    artifacts.follow(definitions.artifacts());
    if (result.touched === 'all') base.enqueueAll();
    else result.touched.forEach((id) => queue.add(`application/${id}`));
  }
  recorder.changed();
}
