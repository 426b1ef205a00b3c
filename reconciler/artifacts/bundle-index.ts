/**
 * What is known of contents that were bundled: for each place, path and tree the oldest commit that had it and the
 * bundle that it became; and for each repository that is followed, its last good bundle. One small file, so that a
 * restart keeps the labels. A cache of Git: losing it costs work and at most newer labels.
 *
 * Invariants: a tree's bundle is known under the place that holds the tree, never across places, because knowing an id
 * is no proof of having the objects; the file is replaced whole; a file that cannot be read is an empty index.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digest, objectId, repositoryId, type Digest, type ObjectId, type RepositoryId } from '../../schemas/ids.ts';
import type { BundleRef } from '../model/observed.ts';

/** Where a content stands: the key of the place and the folder in it. */
export interface ContentHome {
  readonly place: string;
  readonly path: string;
}

export interface BundleIndex {
  find(home: ContentHome, tree: ObjectId): BundleRef | null;
  remember(home: ContentHome, tree: ObjectId, bundle: BundleRef): void;
  /** Where a bundle could be packed from again. */
  homesOf(digest: Digest): readonly { readonly home: ContentHome; readonly tree: ObjectId }[];
  lastGood(repository: RepositoryId): BundleRef | null;
  setLastGood(repository: RepositoryId, place: string, bundle: BundleRef): void;
  places(): readonly string[];
  /** Forgets all that is known of a place. */
  forget(place: string): void;
  /** Resolves when what was remembered so far is on disk, or cannot be written. */
  flush(): Promise<void>;
}

/** Contents that are remembered per place and path: the latest ones that were used. */
const contentsMax = 100;
const version = 1;

interface Stored {
  readonly version: number;
  readonly contents: readonly (readonly [place: string, path: string, tree: string, commit: string, digest: string, bytes: number])[];
  readonly lastGood: readonly (readonly [repository: string, place: string, commit: string, digest: string, bytes: number])[];
}

interface PlacedBundle {
  readonly place: string;
  readonly bundle: BundleRef;
}

export async function openBundleIndex(path: string): Promise<BundleIndex> {
  const contents = new Contents();
  const lastGood = new Map<RepositoryId, PlacedBundle>();
  const known = await readStored(path);
  for (const { home, tree, bundle } of known.contents) contents.use(home, tree, bundle);
  for (const [repository, placed] of known.lastGood) lastGood.set(repository, placed);
  const writer = createWriter(path, () => JSON.stringify(stored(contents, lastGood)));

  return {
    find: (home, tree) => contents.find(home, tree),
    remember(home, tree, bundle) {
      contents.use(home, tree, bundle);
      writer.changed();
    },
    homesOf: (of) => contents.all().filter(({ bundle }) => bundle.digest === of),
    lastGood: (repository) => lastGood.get(repository)?.bundle ?? null,
    setLastGood(repository, place, bundle) {
      const before = lastGood.get(repository);
      if (before?.place === place && before.bundle.digest === bundle.digest && before.bundle.commit === bundle.commit) return;
      lastGood.set(repository, { place, bundle });
      writer.changed();
    },
    places: () => [...new Set([...contents.all().map(({ home }) => home.place), ...[...lastGood.values()].map(({ place }) => place)])],
    forget(place) {
      contents.forget(place);
      for (const [repository, placed] of lastGood) if (placed.place === place) lastGood.delete(repository);
      writer.changed();
    },
    flush: writer.flush,
  };
}

/** Bundles by home and tree; the trees of a home in the order of their last use. */
class Contents {
  readonly #homes = new Map<string, { readonly home: ContentHome; readonly byTree: Map<ObjectId, BundleRef> }>();

  find(home: ContentHome, tree: ObjectId): BundleRef | null {
    const bundle = this.#homes.get(keyOf(home))?.byTree.get(tree) ?? null;
    if (bundle !== null) this.use(home, tree, bundle);
    return bundle;
  }

  use(home: ContentHome, tree: ObjectId, bundle: BundleRef): void {
    const { byTree } = this.#homes.get(keyOf(home)) ?? { byTree: new Map<ObjectId, BundleRef>() };
    this.#homes.set(keyOf(home), { home, byTree });
    byTree.delete(tree);
    byTree.set(tree, bundle);
    for (const oldest of byTree.keys()) {
      if (byTree.size <= contentsMax) break;
      byTree.delete(oldest);
    }
  }

  forget(place: string): void {
    for (const [key, { home }] of this.#homes) if (home.place === place) this.#homes.delete(key);
  }

  all(): readonly { readonly home: ContentHome; readonly tree: ObjectId; readonly bundle: BundleRef }[] {
    return [...this.#homes.values()].flatMap(({ home, byTree }) => [...byTree].map(([tree, bundle]) => ({ home, tree, bundle })));
  }
}

/** Keys of places hold no space. */
function keyOf(home: ContentHome): string {
  return `${home.place} ${home.path}`;
}

/** Writes the text after a change; changes during a write are written together after it. */
function createWriter(path: string, text: () => string): { changed(): void; flush(): Promise<void> } {
  let writing: Promise<void> = Promise.resolve();
  let waiting = false;
  return {
    changed() {
      if (waiting) return;
      waiting = true;
      // A write that fails costs labels after a restart, no more; the next change writes everything again.
      writing = writing.then(() => {
        waiting = false;
        return replaceFile(path, text());
      }).catch(() => undefined);
    },
    flush: () => writing,
  };
}

function stored(contents: Contents, lastGood: ReadonlyMap<RepositoryId, PlacedBundle>): Stored {
  return {
    version,
    contents: contents.all().map(({ home, tree, bundle }) => [home.place, home.path, tree, bundle.commit, bundle.digest, bundle.bytes] as const),
    lastGood: [...lastGood].map(([repository, { place, bundle }]) => [repository, place, bundle.commit, bundle.digest, bundle.bytes] as const),
  };
}

interface Known {
  readonly contents: readonly { readonly home: ContentHome; readonly tree: ObjectId; readonly bundle: BundleRef }[];
  readonly lastGood: readonly (readonly [RepositoryId, PlacedBundle])[];
}

async function readStored(path: string): Promise<Known> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Stored;
    if (read.version !== version) return { contents: [], lastGood: [] };
    return {
      contents: read.contents.map(([place, folder, tree, commit, of, bytes]) =>
        ({ home: { place, path: folder }, tree: objectId(tree), bundle: { commit: objectId(commit), digest: digest(of), bytes } })),
      lastGood: read.lastGood.map(([repository, place, commit, of, bytes]) =>
        [repositoryId(repository), { place, bundle: { commit: objectId(commit), digest: digest(of), bytes } }]),
    };
  } catch {
    // Absent, cut off, or of another form: all of it can be found out again.
    return { contents: [], lastGood: [] };
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.new-${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
