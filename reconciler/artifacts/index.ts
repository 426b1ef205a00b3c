/**
 * Follows artifact repositories and keeps one bundle per content of a followed folder.
 * Invariants: a tenant reaches only what `access` lets it reach; repositories with one URL and one credential share a
 * mirror and a poll; what was good stays until something newer is good; nothing is removed before it is known what is
 * of use.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bulkhead } from 'cockatiel';
import type { Digest, RepositoryId } from '../../schemas/ids.ts';
import { bundleLimits, type BundleLimits } from '../../schemas/messages/bundle.ts';
import type { Artifacts } from '../contracts/artifacts.ts';
import type { Clock } from '../contracts/clock.ts';
import type { GitLimits, GitStore } from '../contracts/git.ts';
import { openBundleFiles } from './bundle-files.ts';
import { openBundleIndex } from './bundle-index.ts';
import { credentialOf, type Access } from './credential.ts';
import type { Shelves } from './followed.ts';
import { bundleFile, shelvesToSweep } from './held.ts';
import { createPlace } from './place.ts';
import type { Rhythm } from './schedule.ts';
import { createStation } from './station.ts';
import { createStations, type StationsOptions } from './stations.ts';
import { createSweep } from './sweep.ts';

export { isBelowPrefix, type Access } from './credential.ts';
export type { Rhythm } from './schedule.ts';
export { parseBundleUrl, signBundleUrl, verifyBundleUrl, type BundleGrant } from './signing.ts';

export interface ArtifactsOptions {
  /** `bundles/` and `mirrors/` stand below it. */
  readonly dataDirectory: string;
  /** Root of the platform's own repositories: a URL without a scheme is a path below it. */
  readonly repositoriesDirectory: string;
  /** The best first: a repository is read by the first one that speaks its scheme. */
  readonly stores: readonly GitStore[];
  readonly gitLimits: GitLimits;
  readonly bundleLimits?: BundleLimits;
  readonly access: Access;
  readonly clock: Clock;
  /** How often a repository is looked at, and how soon again after a failure (full jitter up to these). */
  readonly rhythm: Rhythm;
  /** How long the references of a local repository must be quiet. */
  readonly debounceMs: number;
  /** How long mirrors and bundles stay after their last use. */
  readonly dropAfterMs: number;
  readonly warn: (message: string) => void;
}

/** Looks of each kind that run at one time: each holds a file of a repository in memory. */
const looksMax = 4;

/** Opens what the data directory holds. Nothing is contacted before `follow`. */
export async function createArtifacts(options: ArtifactsOptions): Promise<Artifacts> {
  const bundlesDirectory = join(options.dataDirectory, 'bundles');
  const mirrorsDirectory = join(options.dataDirectory, 'mirrors');
  await mkdir(mirrorsDirectory, { recursive: true });
  const shelves: Shelves = {
    files: await openBundleFiles(bundlesDirectory),
    index: await openBundleIndex(join(bundlesDirectory, 'index.json')),
    limits: options.bundleLimits ?? bundleLimits,
  };
  const listeners: ((repository: RepositoryId) => void)[] = [];
  const onChange = (repository: RepositoryId): void => listeners.forEach((listener) => listener(repository));
  const stations = createStations({ ...options, open: stationOpener(options, shelves, mirrorsDirectory, onChange) });
  let kept: ReadonlySet<Digest> | null = null;
  const sweep = createSweep({ ...options, shelves: shelvesToSweep({ shelves, stations, mirrorsDirectory, kept: () => kept }) });

  return {
    follow: stations.follow,
    observe(repository) {
      const failure = stations.refusalOf(repository) ?? 'the repository is not followed';
      return stations.of(repository)?.followed.get(repository)?.observed ?? { head: null, bundle: null, failure };
    },
    refresh: async (repository) => stations.of(repository)?.look(),
    matching: stations.matching,
    keep(digests) {
      kept = new Set(digests);
    },
    bundleFile: (digest) => bundleFile(digest, shelves, stations),
    onChange: (listener) => void listeners.push(listener),
    async close() {
      await sweep.close();
      await stations.close();
      await shelves.index.flush();
    },
  };
}

function stationOpener(
  options: ArtifactsOptions, shelves: Shelves, mirrorsDirectory: string, onChange: (repository: RepositoryId) => void,
): StationsOptions['open'] {
  const turns = { local: bulkhead(looksMax, Infinity), remote: bulkhead(looksMax, Infinity) };
  return ({ key, location, artifact, free }) => {
    const place = createPlace({
      ...options, location, mirrorPath: join(mirrorsDirectory, `${key}.git`),
      limits: options.gitLimits, credential: () => credentialOf(artifact, options.access),
    });
    const inTurn = async <T>(run: () => Promise<T>): Promise<T> => {
      await free;
      return turns[location.kind].execute(run);
    };
    return createStation({ ...options, key, location, place, shelves, onChange, inTurn });
  };
}
