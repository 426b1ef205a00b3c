/**
 * From sources to what is desired: looks at each source, reads what changed, links everything, and says which
 * applications are touched. What cannot be read now stands at its last good state.
 */

import type { ApplicationId, SourceName, TenantName } from '../../schemas/ids.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Store } from '../contracts/store.ts';
import type { DefinitionView, SourceView } from '../contracts/view.ts';
import { nothingRemembered, type LinkInput } from '../desired/link/input.ts';
import { link, type LinkState } from '../desired/link/link.ts';
import type { GitStores } from '../git/index.ts';
import { HeldSource, platformTenant } from './held-source.ts';
import type { Desired, DesiredArtifact, DesiredComponent } from '../model/desired.ts';
import type { Origin, Problem } from '../model/problem.ts';
import { openSource } from './open-source.ts';
import { createPositions, type Place } from './positions.ts';
import type { Note } from '../recorder.ts';

export interface Synced {
  readonly failure: string | null;
  /** What the journal should hold of it. */
  readonly note: Note | null;
  /** Null when nothing new could be linked. */
  readonly linked: { readonly desired: Desired; readonly problems: readonly Problem[] } | null;
  readonly touched: readonly ApplicationId[] | 'all';
}

export interface Definitions {
  /** Never throws for what a source holds. */
  sync(name: SourceName): Promise<Synced>;
  /** Why there may be more than is linked yet; null once every source was looked at. */
  notReady(): string | null;
  /** The artifact repositories that what is desired names. */
  artifacts(): readonly DesiredArtifact[];
  sources(): readonly SourceView[];
  documents(of: { readonly tenant: TenantName; readonly kind: string }): readonly DefinitionView[];
  position(origin: Origin): Promise<Place | null>;
  close(): Promise<void>;
}

export interface DefinitionsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly git: GitStores;
  readonly store: Store;
  readonly epoch: () => number;
  readonly onHint: (source: SourceName) => void;
}

export async function createDefinitions(options: DefinitionsOptions): Promise<Definitions> {
  const { config, git, clock, store } = options;
  const held = config.sources.map((one) => new HeldSource(one, openSource(one, { dataDirectory: config.dataDirectory, git, clock })));
  const find = (name: SourceName): HeldSource | undefined => held.find(({ source }) => source.name === name);
  const positions = createPositions((name) => {
    const one = find(name);
    return one ? { source: one.source, revision: one.content?.revision ?? null } : null;
  });
  const unwatch = await Promise.all(held.map(({ source }) => source.watch(() => options.onHint(source.name))));
  let state: LinkState | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function relink(): Promise<Pick<Synced, 'linked' | 'touched'>> {
    const before: LinkState = state ?? link(inputOf(held.map((one) => one.input(one.good))), null);
    const next = link(inputOf(held.map((one) => one.input())), before);
    const touched = state ? touchedBy(state, next) : 'all';
    state = next;
    await rememberGood(held, next, options);
    const place = (problems: readonly Problem[]): Promise<readonly Problem[]> => positions.place(problems, (problem) => next.originOf(problem));
    const applications = new Map(next.desired.applications);
    for (const [id, application] of applications) {
      if (application.heldBy.length > 0) applications.set(id, { ...application, heldBy: await place(application.heldBy) });
    }
    const problems = [...held.flatMap((one) => one.problems()), ...(await place(next.problems))];
    return { linked: { desired: { ...next.desired, applications }, problems }, touched };
  }

  async function sync(name: SourceName): Promise<Synced> {
    const one = find(name);
    if (!one) return { failure: `source ${name} is not configured`, note: null, linked: null, touched: [] };
    const changed = await one.look(store, clock);
    const failure = one.failure?.message ?? null;
    return changed ? { failure, note: one.note(), ...(await relink()) } : { failure, note: null, linked: null, touched: [] };
  }

  return {
    // One after the other: each links on what the one before has linked.
    sync(name) {
      const mine = turn.then(() => sync(name));
      turn = mine.catch(() => undefined);
      return mine;
    },
    notReady() {
      const waiting = held.filter((one) => !one.tried).map(({ source }) => source.name);
      if (waiting.length > 0) return `${waiting.join(', ')} was not read yet`;
      return held.some((one) => one.content) ? null : 'no definitions could be read yet';
    },
    artifacts: () => [...(state?.desired.applications.values() ?? [])].flatMap((application) => artifactsOf(application.root)),
    sources: () => held.map((one) => one.view()),
    documents: (of) => state?.documents(of).map(({ name, origin, value, line }) => ({
      ...of, name, file: origin.path, line, source: origin.source, commit: find(origin.source)?.content?.revision ?? origin.revision, document: value,
    })) ?? [],
    position: (origin) => positions.of(origin),
    async close() {
      await Promise.all(unwatch.map((stop) => stop()));
      await turn;
      await Promise.all(held.map(({ source }) => source.close()));
    },
  };
}

function inputOf(sources: readonly ReturnType<HeldSource['input']>[]): LinkInput {
  return { platformTenant, lastGood: nothingRemembered, sources: sources.filter((source) => source !== null) };
}

/** A revision without any error is what a restart starts from. */
async function rememberGood(held: readonly HeldSource[], state: LinkState, { store, epoch }: DefinitionsOptions): Promise<void> {
  for (const { source, content, failure } of held) {
    const broken = failure !== null || state.problems.some((problem) => problem.source === source.name && problem.severity === 'error');
    if (!broken && content) await store.writeLastGood(source.name, { revision: content.revision, paths: Object.fromEntries(content.read.blobs) }, epoch());
  }
}

function touchedBy(before: LinkState, after: LinkState): readonly ApplicationId[] | 'all' {
  const gates = ({ desired }: LinkState): string =>
    JSON.stringify([[...desired.approvals.keys()], [...desired.tenants.values()], [...desired.sources].map(([name, source]) => [name, source.removalsHeldBy])]);
  if (gates(before) !== gates(after)) return 'all';
  const ids = new Set([...before.desired.applications.keys(), ...after.desired.applications.keys()]);
  return [...ids].filter((id) => before.desired.applications.get(id) !== after.desired.applications.get(id));
}

function artifactsOf(component: DesiredComponent): readonly DesiredArtifact[] {
  return [...component.clusters.flatMap((cluster) => (cluster.artifact ? [cluster.artifact] : [])), ...component.groups.flatMap(artifactsOf)];
}

