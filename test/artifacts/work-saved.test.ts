import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { GitStore } from '../../reconciler/contracts/git.ts';
import { hexOf } from '../../reconciler/artifacts/bundle-files.ts';
import { stores } from './pack.ts';
import { artifact, openPlatform } from './platform.ts';
import { makeRepository } from './repositories.ts';

/** The preferred store, counting the files that are read through it. */
function counting(): { store: GitStore; blobs: () => number } {
  let blobs = 0;
  const store: GitStore = {
    ...stores.preferred,
    async open(path, limits) {
      const repository = await stores.preferred.open(path, limits);
      return {
        ...repository,
        blob(id) {
          blobs += 1;
          return repository.blob(id);
        },
      };
    },
  };
  return { store, blobs: () => blobs };
}

const main = artifact('web.git');

it('an unchanged content is not packed again, nor one that is refused', async () => {
  const { store, blobs } = counting();
  const platform = await openPlatform(store);
  const repository = await makeRepository(join(platform.repositories, 'web.git'));
  await repository.commit({ x: '1', y: '2' });
  await platform.follow(main);
  expect(blobs()).toBe(2);
  await platform.artifacts.refresh(main.repository);
  expect(blobs()).toBe(2);
  await platform.restart();
  await platform.follow(main);
  expect(blobs()).toBe(2);
  await repository.commit({ out: { link: '/etc' } });
  await platform.artifacts.refresh(main.repository);
  expect([blobs(), platform.artifacts.observe(main.repository).failure]).toEqual([3, expect.stringContaining('"out"')]);
  await platform.artifacts.refresh(main.repository);
  expect([blobs(), platform.artifacts.observe(main.repository).failure]).toEqual([3, expect.stringContaining('"out"')]);
});

it('a content that is packed again because its file is lost keeps its commit', async () => {
  const platform = await openPlatform(stores.preferred);
  const repository = await makeRepository(join(platform.repositories, 'web.git'));
  const first = await repository.commit({ x: '1' });
  await platform.follow(main);
  const { bundle } = platform.artifacts.observe(main.repository);
  if (bundle === null) throw new Error('no bundle');
  await repository.commit({ x: '2' });
  await platform.artifacts.refresh(main.repository);
  await repository.commit({ x: '1' }, { message: 'Revert' });
  await platform.artifacts.close();
  await rm(join(platform.data, 'bundles', `${hexOf(bundle.digest)}.tar.gz`));
  await platform.restart();
  await platform.follow(main);
  expect(platform.artifacts.observe(main.repository).bundle).toEqual({ ...bundle, commit: first });
});

it.each(['', '{"version":1,"contents":[["a","b","c"', '{"version":1,"contents":[["a","","not an id","","",0]],"lastGood":[]}', '{"version":2}', '[]', '{"version":1}'])('an index that reads %j is an empty one', async (text) => {
  const platform = await openPlatform(stores.preferred);
  const repository = await makeRepository(join(platform.repositories, 'web.git'));
  const commit = await repository.commit({ x: '1' });
  await platform.artifacts.close();
  await writeFile(join(platform.data, 'bundles/index.json'), text);
  await platform.restart();
  await platform.follow(main);
  expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle: { commit }, failure: null });
});
