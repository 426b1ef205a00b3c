/** What is held on disk: handing bundles out, packing lost ones again, and what a sweep may remove. */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../schemas/ids.ts';
import type { BundleFile } from './bundle-files.ts';
import { packTree, type Shelves } from './followed.ts';
import type { Stations } from './stations.ts';
import type { Shelf } from './sweep.ts';

/** The file of a bundle, packed again from a followed repository when it is lost or corrupt; null when that is impossible. */
export async function bundleFile(digest: Digest, shelves: Shelves, stations: Stations): Promise<BundleFile | null> {
  const held = await shelves.files.find(digest);
  if (held !== null) return held;
  for (const { home, tree } of shelves.index.homesOf(digest)) {
    const repository = await stations.at(home.place)?.place.openAsIs().catch(() => null);
    if (!repository) continue;
    try {
      await packTree(repository, shelves, { place: home.place, tree });
    } catch {
      // This repository no longer has the content; another one may.
      continue;
    } finally {
      await repository.close();
    }
    const packed = await shelves.files.find(digest);
    if (packed !== null) return packed;
  }
  return null;
}

/** Bundles go when no head and nothing in `kept` stands for them; mirrors and what is known of places when nobody follows them. */
export function shelvesToSweep(of: {
  readonly shelves: Shelves; readonly stations: Stations; readonly mirrorsDirectory: string; readonly kept: () => ReadonlySet<Digest> | null;
}): readonly Shelf[] {
  const { shelves: { files, index }, stations } = of;
  const used = (suffix: string): ReadonlySet<string> | null => {
    const keys = stations.keys();
    return keys === null ? null : new Set(keys.map((key) => key + suffix));
  };
  return [
    {
      list: () => files.list(),
      remove: (name) => files.remove(name as Digest),
      used() {
        const kept = of.kept();
        return kept === null || stations.keys() === null ? null : new Set<string>([...kept, ...offered(stations)]);
      },
    },
    {
      list: () => readdir(of.mirrorsDirectory),
      remove: (name) => rm(join(of.mirrorsDirectory, name), { recursive: true, force: true }),
      used: () => used('.git'),
    },
    {
      list: () => Promise.resolve(index.places()),
      remove: (name) => Promise.resolve(index.forget(name)),
      used: () => used(''),
    },
  ];
}

function offered(stations: Stations): readonly Digest[] {
  return stations.all().flatMap((station) =>
    [...station.followed.values()].flatMap(({ observed }) => (observed.bundle === null ? [] : [observed.bundle.digest])));
}
