import { createWriteStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openBundleFiles } from '../../reconciler/artifacts/bundle-files.ts';
import { packBundle, type PackedBundle } from '../../reconciler/artifacts/bundle.ts';
import { bundleLimits } from '../../schemas/messages/bundle.ts';
import { digest } from '../../schemas/ids.ts';
import { temporaryFolder } from '../git/folders.ts';
import { manualClock } from './manual-clock.ts';
import { gitLimits, stores } from './pack.ts';
import { artifact, openPlatform } from './platform.ts';
import { makeRepository } from './repositories.ts';

const hour = 3_600_000;

async function bundlesOf(data: string): Promise<readonly string[]> {
  return (await readdir(join(data, 'bundles'))).filter((name) => name.endsWith('.tar.gz'));
}

/** Lets the sweep's file work be done, which no promise tells of. */
async function sweep(clock: ReturnType<typeof manualClock>, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    clock.advance(hour / 4);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe('what is swept', () => {
  it('are bundles that no head and no roll-out stands for, after a while, and never before both are known', async () => {
    const clock = manualClock();
    const platform = await openPlatform(stores.preferred, { clock, rhythm: { everyMs: 1e12, firstRetryMs: 1e12, mostRetryMs: 1e12 } });
    const repository = await makeRepository(join(platform.repositories, 'web.git'));
    const main = artifact('web.git');
    const digests: string[] = [];
    for (const x of ['1', '2', '3']) {
      await repository.commit({ x });
      await platform.follow(main);
      digests.push(platform.artifacts.observe(main.repository).bundle?.digest ?? '');
    }
    const [first = '', second = '', third = ''] = digests;
    const file = (name: string): string => `${name.slice('sha256:'.length)}.tar.gz`;
    await sweep(clock, 8);
    expect(await bundlesOf(platform.data)).toHaveLength(3);
    platform.artifacts.keep([digest(first)]);
    await sweep(clock, 3);
    expect(await bundlesOf(platform.data)).toHaveLength(3);
    await vi.waitFor(async () => {
      await sweep(clock, 1);
      expect([...await bundlesOf(platform.data)].sort()).toEqual([file(first), file(third)].sort());
    }, { timeout: 20_000 });
    expect(await platform.artifacts.bundleFile(digest(second))).not.toBeNull();
  });

  it('are mirrors that nobody follows, but not before anything is followed', async () => {
    const clock = manualClock();
    const platform = await openPlatform(stores.preferred, { clock });
    await makeRepository(join(platform.data, 'mirrors/0123456789abcdef0123456789abcdef.git'));
    await sweep(clock, 8);
    expect(await readdir(join(platform.data, 'mirrors'))).toHaveLength(1);
    platform.artifacts.follow([]);
    await vi.waitFor(async () => {
      await sweep(clock, 1);
      expect(await readdir(join(platform.data, 'mirrors'))).toEqual([]);
    }, { timeout: 20_000 });
  });
});

describe('the files of bundles', () => {
  it('are packed once, however many ask at one time', async () => {
    const files = await openBundleFiles(join(await temporaryFolder(), 'bundles'));
    const repository = await makeRepository(await temporaryFolder());
    const tree = await repository.tree({ x: 'content' });
    const opened = await stores.preferred.open(repository.path, gitLimits);
    const pack = vi.fn<(sink: NodeJS.WritableStream) => Promise<PackedBundle>>((sink) => packBundle({ repository: opened, tree, limits: bundleLimits, sink }));
    const packed = await Promise.all(Array.from({ length: 20 }, () => files.build('same', pack)));
    expect(new Set(packed.map((one) => one.digest)).size).toBe(1);
    expect(pack).toHaveBeenCalledTimes(1);
    await files.build('same', pack);
    expect(pack).toHaveBeenCalledTimes(2);
    await opened.close();
  });

  it('leave nothing behind when packing fails, and what a crash left is gone at the next start', async () => {
    const directory = join(await temporaryFolder(), 'bundles');
    const files = await openBundleFiles(directory);
    await expect(files.build('bad', async (sink) => {
      sink.write('half');
      await Promise.resolve();
      throw new Error('broken');
    })).rejects.toThrow('broken');
    expect(await readdir(directory)).toEqual([]);
    await writeFile(join(directory, '.new-left'), 'half');
    await openBundleFiles(directory);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('hints', () => {
  it('find a repository by any spelling of its URL, and no other', async () => {
    const platform = await openPlatform(stores.preferred, { access: { mayRead: () => true, credential: () => null } });
    const local = artifact('artifacts/web.git');
    const remote = artifact('https://git.invalid/acme/web.git');
    const other = artifact('https://git.invalid/acme/web.git', { branch: 'other' });
    platform.artifacts.follow([local, remote, other]);
    const { matching } = platform.artifacts;
    for (const url of ['https://git.invalid/acme/web', 'http://GIT.invalid/acme/web.git/', 'git@git.invalid:acme/web.git', 'ssh://git@git.invalid:2222/acme/web.git']) {
      expect(matching(url)).toEqual([remote.repository, other.repository]);
    }
    expect(matching('./artifacts/web')).toEqual([local.repository]);
    for (const url of ['https://git.invalid/acme/web2', 'https://other.invalid/acme/web', 'acme/web', 'javascript:alert(1)', '', `https://git.invalid/${'a'.repeat(100_000)}`, 'https://u:p@git.invalid/acme/web']) {
      expect(matching(url)).toEqual([]);
    }
  });
});

it('a full disk fails the bundle, not the process', async () => {
  const repository = await makeRepository(await temporaryFolder());
  const tree = await repository.tree({ x: 'content'.repeat(100_000) });
  const opened = await stores.preferred.open(repository.path, gitLimits);
  await expect(packBundle({ repository: opened, tree, limits: bundleLimits, sink: createWriteStream('/dev/full') })).rejects.toThrow('ENOSPC');
  await opened.close();
});

it('what is no longer followed is no longer observed, and comes back as it was', async () => {
  const platform = await openPlatform(stores.preferred);
  const repository = await makeRepository(join(platform.repositories, 'web.git'));
  await repository.commit({ x: '1', 'app/y': '2' });
  const [whole, app] = [artifact('web.git'), artifact('web.git', { path: 'app' })];
  await platform.follow(whole, app);
  const before = platform.artifacts.observe(app.repository);
  await platform.follow(whole);
  expect(platform.artifacts.observe(app.repository)).toEqual({ head: null, bundle: null, failure: 'the repository is not followed' });
  expect(platform.artifacts.observe(whole.repository).failure).toBeNull();
  await platform.follow();
  await platform.follow(app);
  expect(platform.artifacts.observe(app.repository)).toEqual(before);
});
