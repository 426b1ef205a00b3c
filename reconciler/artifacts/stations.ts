/**
 * Which place each followed artifact belongs to. Invariants: one URL and one credential are one place, and two
 * credentials never are; what a tenant may not read is never contacted, and its refusal is told instead.
 */

import { shortDigestOf } from '../../schemas/digest.ts';
import type { RepositoryId } from '../../schemas/ids.ts';
import { GitFailure } from '../contracts/git.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import type { Access } from './credential.ts';
import { comparableUrl, locate, type Location } from './location.ts';
import type { Station } from './station.ts';

export interface Stations {
  follow(artifacts: readonly DesiredArtifact[]): void;
  of(repository: RepositoryId): Station | undefined;
  at(key: string): Station | undefined;
  /** Null before `follow` was called first: then nobody knows what is of use. */
  keys(): readonly string[] | null;
  all(): readonly Station[];
  /** Why an artifact is not followed; null when it is, or was never asked for. */
  refusalOf(repository: RepositoryId): string | null;
  matching(url: string): readonly RepositoryId[];
  close(): Promise<void>;
}

export interface StationsOptions {
  readonly repositoriesDirectory: string;
  readonly access: Access;
  /** Makes the station of a place; the artifact is one of those that share it. It may touch its mirror once `free` has resolved. */
  readonly open: (of: { readonly key: string; readonly location: Location; readonly artifact: DesiredArtifact; readonly free: Promise<void> }) => Station;
  readonly warn: (message: string) => void;
}

export function createStations(options: StationsOptions): Stations {
  const stations = new Map<string, Station>();
  const closing = new Map<string, Promise<void>>();
  let byRepository: ReadonlyMap<RepositoryId, Station> = new Map();
  let refusals: ReadonlyMap<RepositoryId, string> = new Map();
  let followedOnce = false;

  function close(station: Station): void {
    stations.delete(station.key);
    const closed: Promise<void> = station.close()
      .catch((error: unknown) => options.warn(`a repository could not be let go of: ${String(error)}`))
      .finally(() => {
        if (closing.get(station.key) === closed) closing.delete(station.key);
      });
    closing.set(station.key, closed);
  }

  function follow(artifacts: readonly DesiredArtifact[]): void {
    followedOnce = true;
    const { admitted, refused } = admit(artifacts, options);
    refusals = refused;
    for (const station of stations.values()) {
      for (const repository of station.followed.keys()) {
        if (admitted.get(repository)?.key !== station.key) station.unfollow(repository);
      }
    }
    const news = new Set<Station>();
    const placed = new Map<RepositoryId, Station>();
    for (const [repository, one] of admitted) {
      const station = stations.get(one.key) ?? options.open({ ...one, free: closing.get(one.key) ?? Promise.resolve() });
      stations.set(one.key, station);
      placed.set(repository, station);
      if (station.follow(one.artifact)) news.add(station);
    }
    byRepository = placed;
    for (const station of stations.values()) if (station.followed.size === 0) close(station);
    for (const station of news) void station.look();
  }

  return {
    follow,
    of: (repository) => byRepository.get(repository),
    at: (key) => stations.get(key),
    keys: () => (followedOnce ? [...stations.keys()] : null),
    all: () => [...stations.values()],
    refusalOf: (repository) => refusals.get(repository) ?? null,
    matching(url) {
      const wanted = comparableUrl(url);
      if (wanted === null) return [];
      return [...stations.values()].flatMap((station) =>
        [...station.followed].filter(([, { artifact }]) => comparableUrl(artifact.url) === wanted).map(([repository]) => repository));
    },
    async close() {
      [...stations.values()].forEach(close);
      await Promise.all(closing.values());
    },
  };
}

interface Admitted {
  readonly artifact: DesiredArtifact;
  readonly key: string;
  readonly location: Location;
}

/** Sorts what may be followed from what may not. */
function admit(artifacts: readonly DesiredArtifact[], options: StationsOptions): { admitted: Map<RepositoryId, Admitted>; refused: Map<RepositoryId, string> } {
  const admitted = new Map<RepositoryId, Admitted>();
  const refused = new Map<RepositoryId, string>();
  for (const artifact of artifacts) {
    try {
      const location = locate(artifact.url, options.repositoriesDirectory);
      if (!options.access.mayRead(artifact.tenant, artifact.url)) {
        throw new GitFailure('refused', `tenant ${artifact.tenant} may not use the repository ${location.name}: it stands below none of the tenant's URL prefixes`);
      }
      admitted.set(artifact.repository, { artifact, location, key: keyOf(artifact, location) });
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      refused.set(artifact.repository, error.message);
    }
  }
  return { admitted, refused };
}

/** Equal for what may share a mirror: one URL, read without a credential or with one tenant's same secret. */
function keyOf(artifact: DesiredArtifact, location: Location): string {
  const url = location.kind === 'local' ? location.path : location.url;
  const secret = artifact.secret === null || location.kind === 'local' ? null : [artifact.tenant, artifact.secret];
  return shortDigestOf({ kind: location.kind, url, secret }, 32);
}
