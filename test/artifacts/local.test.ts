import { readFile, rm, symlink, writeFile, readdir, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { RepositoryId } from '../../schemas/ids.ts';
import { hexOf } from '../../reconciler/artifacts/bundle-files.ts';
import type { DesiredArtifact } from '../../reconciler/model/desired.ts';
import { allStores } from './pack.ts';
import { artifact, openPlatform, type Platform } from './platform.ts';
import { makeRepository, type TestRepository } from './repositories.ts';

describe.each(allStores.map((store) => [store.name, store] as const))('local repositories through the %s store', (_name, store) => {
  async function web(): Promise<{ platform: Platform; repository: TestRepository }> {
    const platform = await openPlatform(store);
    return { platform, repository: await makeRepository(join(platform.repositories, 'artifacts/web.git')) };
  }
  const main = artifact('artifacts/web.git');
  const app = artifact('artifacts/web.git', { path: 'app' });

  async function contentOf(platform: Platform, of: DesiredArtifact): Promise<string> {
    const { bundle } = platform.artifacts.observe(of.repository);
    const file = bundle === null ? null : await platform.artifacts.bundleFile(bundle.digest);
    return file === null ? '' : gunzipSync(await readFile(file.path)).toString('latin1');
  }

  it('are read in place and bundled', async () => {
    const { platform, repository } = await web();
    const commit = await repository.commit({ 'index.html': '<p>one</p>' }, { message: 'First page\n\nwith more to say' });
    await platform.follow(main);
    const observed = platform.artifacts.observe(main.repository);
    expect(observed).toEqual({ head: { commit, message: 'First page' }, bundle: { commit, digest: expect.stringMatching(/^sha256:/), bytes: expect.any(Number) }, failure: null });
    expect(await contentOf(platform, main)).toContain('<p>one</p>');
    expect(await readdir(join(platform.data, 'mirrors'))).toEqual([]);
  });

  it('keep their bundle when a commit changes something else', async () => {
    const { platform, repository } = await web();
    const first = await repository.commit({ 'app/x': '1', 'docs/y': '1' });
    await platform.follow(app);
    const before = platform.artifacts.observe(app.repository);
    const second = await repository.commit({ 'app/x': '1', 'docs/y': '2' });
    await platform.artifacts.refresh(app.repository);
    const after = platform.artifacts.observe(app.repository);
    expect(after.head?.commit).toBe(second);
    expect(after.bundle).toEqual(before.bundle);
    expect(after.bundle?.commit).toBe(first);
    const third = await repository.commit({ 'app/x': '3', 'docs/y': '2' });
    await platform.artifacts.refresh(app.repository);
    expect(platform.artifacts.observe(app.repository).bundle).toMatchObject({ commit: third });
  });

  it('name the commit that brought a content, also when they are seen first much later', async () => {
    const { platform, repository } = await web();
    await repository.commit({ 'app/x': '0', 'docs/y': '0' });
    const brought = await repository.commit({ 'app/x': '1', 'docs/y': '0' });
    for (const y of ['1', '2', '3']) await repository.commit({ 'app/x': '1', 'docs/y': y });
    await platform.follow(app);
    expect(platform.artifacts.observe(app.repository).bundle?.commit).toBe(brought);
  });

  it('go back to the first commit of a content that is reverted to, also after a restart', async () => {
    const { platform, repository } = await web();
    const first = await repository.commit({ x: '1' });
    await platform.follow(main);
    const before = platform.artifacts.observe(main.repository).bundle;
    await repository.commit({ x: '2' });
    await platform.artifacts.refresh(main.repository);
    await platform.restart();
    await repository.commit({ x: '1' }, { message: 'Revert' });
    await platform.follow(main);
    expect(platform.artifacts.observe(main.repository).bundle).toEqual(before);
    expect(before?.commit).toBe(first);
  });

  it('are followed by branch, tag and commit at once', async () => {
    const { platform, repository } = await web();
    const old = await repository.commit({ x: 'old' });
    await repository.tag('v1', old);
    const next = await repository.commit({ x: 'next' }, { branch: 'next' });
    const head = await repository.commit({ x: 'head' });
    const followed = [main, artifact(main.url, { branch: 'next' }), artifact(main.url, { tag: 'v1' }), artifact(main.url, { commit: old })];
    await platform.follow(...followed);
    expect(followed.map(({ repository: id }) => platform.artifacts.observe(id).bundle?.commit)).toEqual([head, next, old, old]);
  });

  it('do not take a tag for a branch', async () => {
    const { platform, repository } = await web();
    await repository.tag('v1', await repository.commit({ x: '1' }));
    const wrong = artifact(main.url, { branch: 'v1' });
    await platform.follow(wrong);
    expect(platform.artifacts.observe(wrong.repository)).toMatchObject({ bundle: null, failure: expect.stringContaining('v1') });
  });

  it('follow a forced push', async () => {
    const { platform, repository } = await web();
    await repository.commit({ x: '1' });
    await platform.follow(main);
    const forced = await repository.commit({ x: '2' }, { parents: [] });
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ head: { commit: forced }, bundle: { commit: forced }, failure: null });
  });

  it.each<[string, (repository: TestRepository) => Promise<unknown>]>([
    ['the branch is deleted', (repository) => repository.deleteBranch('main')],
    ['the repository is gone', (repository) => rm(repository.path, { recursive: true })],
    ['objects are missing', async (repository) => {
      await repository.commit({ x: '2' });
      await rm(join(repository.path, 'objects'), { recursive: true });
      await mkdir(join(repository.path, 'objects'));
    }],
  ])('keep their last good bundle when %s, also over a restart', async (_what, harm) => {
    const { platform, repository } = await web();
    await repository.commit({ x: '1' });
    await platform.follow(main);
    const { bundle } = platform.artifacts.observe(main.repository);
    await harm(repository);
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle, failure: expect.stringContaining('artifacts/web.git branch main') });
    await platform.restart();
    await platform.follow(main);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle, failure: expect.any(String) });
    expect(await contentOf(platform, main)).toContain('1');
  });

  it('keep their last good bundle when a commit is refused, and say which and why', async () => {
    const { platform, repository } = await web();
    await repository.commit({ 'app/x': '1' });
    await platform.follow(app);
    const { bundle } = platform.artifacts.observe(app.repository);
    const bad = await repository.commit({ 'app/x': '1', 'app/out': { link: '/etc' } });
    await platform.artifacts.refresh(app.repository);
    const failure = expect.stringMatching(new RegExp(`branch main at commit ${bad.slice(0, 12)}, folder "app": the symbolic link "out" leads to an absolute path`));
    expect(platform.artifacts.observe(app.repository)).toEqual({ head: { commit: bad, message: 'Change' }, bundle, failure });
    await platform.restart();
    await platform.follow(app);
    expect(platform.artifacts.observe(app.repository)).toEqual({ head: { commit: bad, message: 'Change' }, bundle, failure });
    const mended = await repository.commit({ 'app/x': '2' });
    await platform.artifacts.refresh(app.repository);
    expect(platform.artifacts.observe(app.repository)).toMatchObject({ bundle: { commit: mended }, failure: null });
  });

  it('name what is missing: folder, file in its place, commits, repository', async () => {
    const { platform, repository } = await web();
    await makeRepository(join(platform.repositories, 'artifacts/empty.git'));
    await repository.commit({ x: 'a file' });
    const missing = [artifact(main.url, { path: 'no/such' }), artifact(main.url, { path: 'x' }), artifact('artifacts/empty.git'), artifact('artifacts/none.git'), artifact(main.url, { commit: 'a'.repeat(40) })];
    await platform.follow(...missing);
    const failures = missing.map(({ repository: id }) => platform.artifacts.observe(id).failure);
    const patterns = [/folder "no\/such": the commit has no such folder/, /folder "x": that is a file/, /no commit yet/, /there is no repository/, /no commit a{40}/];
    for (const [at, pattern] of patterns.entries()) expect(failures[at]).toMatch(pattern);
  });

  it('are packed again when their file is corrupt or lost, and rebuilt from nothing', async () => {
    const { platform, repository } = await web();
    await repository.commit({ x: '1' });
    await platform.follow(main);
    const { bundle } = platform.artifacts.observe(main.repository);
    if (bundle === null) throw new Error('no bundle');
    const file = join(platform.data, 'bundles', `${hexOf(bundle.digest)}.tar.gz`);
    const good = await readFile(file);
    await writeFile(file, Buffer.from(good).fill(0, 15, 20));
    expect(await platform.artifacts.bundleFile(bundle.digest)).toEqual({ path: file, bytes: good.length });
    expect((await readFile(file)).equals(good)).toBe(true);
    await rm(file);
    expect(await platform.artifacts.bundleFile(bundle.digest)).not.toBeNull();
    await platform.artifacts.close();
    await rm(join(platform.data, 'bundles'), { recursive: true });
    await platform.restart();
    await platform.follow(main);
    expect(platform.artifacts.observe(main.repository).bundle).toEqual(bundle);
  });

  it('tell of a push by themselves', async () => {
    const { platform, repository } = await web();
    await repository.commit({ x: '1' });
    await platform.follow(main);
    const changed = vi.fn<(repository: RepositoryId) => void>();
    platform.artifacts.onChange(changed);
    const pushed = await repository.commit({ x: '2' });
    await vi.waitFor(() => expect(changed).toHaveBeenCalledWith(main.repository), { timeout: 20_000 });
    expect(platform.artifacts.observe(main.repository).bundle?.commit).toBe(pushed);
  });

  it('are found when they appear later', async () => {
    const platform = await openPlatform(store);
    await mkdir(platform.repositories);
    await platform.follow(main);
    expect(platform.artifacts.observe(main.repository).failure).toMatch(/there is no repository/);
    const repository = await makeRepository(join(platform.repositories, 'artifacts/web.git'));
    const pushed = await repository.commit({ x: '1' });
    await vi.waitFor(() => expect(platform.artifacts.observe(main.repository).bundle?.commit).toBe(pushed), { timeout: 20_000 });
  });

  it.each(['../outside.git', '/etc', 'artifacts/../../outside.git', 'link.git', 'link/outside.git', '', 'a\\b', '-upload-pack=x', 'ext::sh -c id', 'file:///etc'])('are refused at %j', async (url) => {
    const platform = await openPlatform(store);
    const outside = await makeRepository(join(platform.data, 'outside.git'));
    await outside.commit({ secret: 'x' });
    await mkdir(platform.repositories);
    await symlink(outside.path, join(platform.repositories, 'link.git'));
    await symlink(platform.data, join(platform.repositories, 'link'));
    const hostile = artifact(url);
    await platform.follow(hostile);
    expect(platform.artifacts.observe(hostile.repository)).toEqual({ head: null, bundle: null, failure: expect.any(String) });
  });
});
