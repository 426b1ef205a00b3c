/**
 * One place with everything that is followed in it: looks at it by a schedule and by hints, and tells what changed.
 * Invariant: a look never throws; what goes wrong stands in the failure of what is followed.
 */

import type { RepositoryId } from '../../schemas/ids.ts';
import type { Clock } from '../contracts/clock.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import { fail, lookAt, restoreLastGood, startFollowing, type Followed, type Shelves } from './followed.ts';
import type { Location } from './location.ts';
import type { Opened, Place } from './place.ts';
import { createSchedule, type Rhythm } from './schedule.ts';
import { watchReferences } from './watch.ts';

export interface Station {
  readonly key: string;
  readonly place: Place;
  readonly followed: ReadonlyMap<RepositoryId, Followed>;
  /** True when it is news. */
  follow(artifact: DesiredArtifact): boolean;
  unfollow(repository: RepositoryId): void;
  /** Resolves when a look that began after this call has ended. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface StationOptions {
  readonly key: string;
  readonly location: Location;
  readonly place: Place;
  readonly clock: Clock;
  readonly rhythm: Rhythm;
  readonly debounceMs: number;
  readonly shelves: Shelves;
  /** Lets only so many looks run at a time. */
  readonly inTurn: <T>(run: () => Promise<T>) => Promise<T>;
  readonly onChange: (repository: RepositoryId) => void;
}

export function createStation(options: StationOptions): Station {
  const { place, shelves } = options;
  const followed = new Map<RepositoryId, Followed>();

  const told = new WeakMap<Followed, string>();

  function tell(one: Followed): void {
    const { repository } = one.artifact;
    const now = JSON.stringify(one.observed);
    if (followed.get(repository) !== one || told.get(one) === now) return;
    told.set(one, now);
    options.onChange(repository);
  }

  const look = (): Promise<boolean> => lookAtAll([...followed.values()], place, shelves, tell);
  const schedule = createSchedule(options.clock, options.rhythm, () => options.inTurn(look));
  const { location } = options;
  const watcher = location.kind === 'remote' ? null
    : watchReferences({ path: location.path, clock: options.clock, debounceMs: options.debounceMs, onHint: () => void schedule.now() });

  return {
    key: options.key,
    place,
    followed,
    follow(artifact) {
      if (followed.has(artifact.repository)) return false;
      const path = artifact.path.split('/').filter((step) => step !== '' && step !== '.').join('/');
      followed.set(artifact.repository, startFollowing(artifact, { place: options.key, path }));
      return true;
    },
    unfollow: (repository) => void followed.delete(repository),
    look: () => schedule.now(),
    async close() {
      await Promise.all([schedule.close(), watcher?.close()]);
    },
  };
}

async function lookAtAll(all: readonly Followed[], place: Place, shelves: Shelves, tell: (one: Followed) => void): Promise<boolean> {
  if (all.length === 0) return true;
  let opened: Opened | null = null;
  let well = true;
  try {
    await Promise.all(all.map((one) => restoreLastGood(one, shelves)));
    opened = await place.open(all.map((one) => one.artifact.reference));
    for (const one of all) {
      const result = await lookAt(one, opened.repository, shelves);
      if (result === 'damaged') place.suspect();
      if (opened.failure !== null) fail(one, opened.failure);
      well &&= result === 'settled' && opened.failure === null;
      tell(one);
    }
  } catch (error) {
    for (const one of all) {
      fail(one, error);
      tell(one);
    }
    well = false;
  } finally {
    await opened?.repository.close().catch(() => undefined);
  }
  return well;
}
