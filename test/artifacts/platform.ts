/** One `createArtifacts` over folders of its own, which can be closed and opened again as a restart would. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { digestOf } from '../../schemas/digest.ts';
import { repositoryId, sourceName, tenantName, type RepositoryId } from '../../schemas/ids.ts';
import { createArtifacts, type ArtifactsOptions } from '../../reconciler/artifacts/index.ts';
import { systemClock } from '../../reconciler/clock.ts';
import type { Artifacts } from '../../reconciler/contracts/artifacts.ts';
import type { GitStore } from '../../reconciler/contracts/git.ts';
import type { DesiredArtifact } from '../../reconciler/model/desired.ts';
import { temporaryFolder } from '../git/folders.ts';
import { gitLimits } from './pack.ts';

const hour = 3_600_000;

export interface Platform {
  readonly data: string;
  readonly repositories: string;
  artifacts: Artifacts;
  /** Closes and opens again over the same data. */
  restart(changes?: Partial<ArtifactsOptions>): Promise<void>;
  /** Follows exactly these, and waits until each was looked at. */
  follow(...artifacts: readonly DesiredArtifact[]): Promise<void>;
}

/** Nothing is polled within a test's time unless the options say so. */
export async function openPlatform(store: GitStore, options: Partial<ArtifactsOptions> = {}): Promise<Platform> {
  const data = await temporaryFolder();
  const repositories = join(data, 'repos');
  const open = (changes: Partial<ArtifactsOptions>): Promise<Artifacts> => createArtifacts({
    dataDirectory: data, repositoriesDirectory: repositories, stores: [store], gitLimits, clock: systemClock,
    access: { mayRead: () => true, credential: () => null }, rhythm: { everyMs: hour, firstRetryMs: hour, mostRetryMs: hour },
    debounceMs: 20, dropAfterMs: hour, warn: () => undefined, ...options, ...changes,
  });
  const platform: Platform = {
    data,
    repositories,
    artifacts: await open({}),
    async restart(changes = {}) {
      await platform.artifacts.close();
      platform.artifacts = await open(changes);
    },
    async follow(...artifacts) {
      platform.artifacts.follow(artifacts);
      await Promise.all(artifacts.map((artifact) => platform.artifacts.refresh(artifact.repository)));
    },
  };
  onTestFinished(() => platform.artifacts.close());
  return platform;
}

export function artifact(url: string, of: { readonly branch?: string; readonly tag?: string; readonly commit?: string; readonly path?: string; readonly tenant?: string; readonly secret?: string } = {}): DesiredArtifact {
  const reference = of.tag !== undefined ? { kind: 'tag' as const, name: of.tag }
    : of.commit !== undefined ? { kind: 'commit' as const, name: of.commit }
      : { kind: 'branch' as const, name: of.branch ?? 'main' };
  const named = { tenant: tenantName(of.tenant ?? 'default'), url, reference, path: of.path ?? '' };
  return {
    ...named, repository: idOf(named), secret: of.secret ?? null,
    origin: { source: sourceName('definitions'), revision: '0'.repeat(40), path: 'shop.yaml', document: 0, pointer: '/spec' },
  };
}

function idOf(of: unknown): RepositoryId {
  return repositoryId(digestOf(of).slice(7, 23));
}
