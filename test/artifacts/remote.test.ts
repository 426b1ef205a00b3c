import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tenantName } from '../../schemas/ids.ts';
import type { Access } from '../../reconciler/artifacts/index.ts';
import { systemGit, temporaryFolder } from '../git/folders.ts';
import { serveRepositories, type GitHttpServer } from '../git/http-server.ts';
import { manualClock } from './manual-clock.ts';
import { allStores } from './pack.ts';
import { artifact, openPlatform, type Platform } from './platform.ts';
import { makeRepository, type TestRepository } from './repositories.ts';

describe.skipIf(systemGit === null).each(allStores.map((store) => [store.name, store] as const))('remote repositories through the %s store [needs: git with http-backend]', (_name, store) => {
  async function remote(options: Parameters<typeof openPlatform>[1] = {}, login?: string): Promise<{ platform: Platform; server: GitHttpServer; repository: TestRepository; url: string }> {
    const root = await temporaryFolder();
    const repository = await makeRepository(join(root, 'acme/web.git'));
    const server = await serveRepositories(root, login);
    return { platform: await openPlatform(store, options), server, repository, url: `${server.origin}/acme/web.git` };
  }

  /** What the server was asked for during the work, by kind: lists of references, packs. */
  async function packsDuring(server: GitHttpServer, work: () => Promise<void>): Promise<number> {
    let packs = 0;
    server.alterPack = (body) => {
      packs += 1;
      return body;
    };
    await work();
    server.alterPack = null;
    return packs;
  }

  it('share one mirror and one fetch, however many references, folders and members use them', async () => {
    const { platform, server, repository, url } = await remote();
    const old = await repository.commit({ 'app/x': 'old', y: '1' });
    await repository.tag('v1', old);
    const head = await repository.commit({ 'app/x': 'new', y: '1' });
    const followed = [artifact(url), artifact(url, { path: 'app' }), artifact(url, { tag: 'v1' }), artifact(url, { commit: old }), artifact(url, { tenant: 'other' }), artifact(url)];
    expect(await packsDuring(server, () => platform.follow(...followed))).toBe(1);
    expect(followed.map(({ repository: id }) => platform.artifacts.observe(id).bundle?.commit)).toEqual([head, head, old, old, head, head]);
    expect(await readdir(join(platform.data, 'mirrors'))).toHaveLength(1);
  });

  it('are fetched only when a followed reference has moved', async () => {
    const { platform, server, repository, url } = await remote();
    await repository.commit({ x: '1' });
    const main = artifact(url);
    await platform.follow(main);
    const look = (): Promise<void> => platform.artifacts.refresh(main.repository);
    expect(await packsDuring(server, look)).toBe(0);
    await repository.commit({ x: 'elsewhere' }, { branch: 'other' });
    expect(await packsDuring(server, look)).toBe(0);
    const pushed = await repository.commit({ x: '2' });
    expect(await packsDuring(server, look)).toBe(1);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ head: { commit: pushed }, bundle: { commit: pushed }, failure: null });
  });

  it('are not asked at all for a commit that is already here', async () => {
    const { platform, server, repository, url } = await remote();
    const pinned = artifact(url, { commit: await repository.commit({ x: '1' }) });
    await platform.follow(pinned);
    server.requests.length = 0;
    await platform.restart();
    await platform.follow(pinned);
    expect([platform.artifacts.observe(pinned.repository).failure, server.requests]).toEqual([null, []]);
  });

  it('are fetched by one at a time, also when they are let go of and taken up again meanwhile', async () => {
    const { platform, server, repository, url } = await remote();
    await repository.commit({ x: '1' });
    const main = artifact(url);
    platform.artifacts.follow([main]);
    platform.artifacts.follow([]);
    expect(await packsDuring(server, () => platform.follow(main))).toBe(1);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle: { bytes: expect.any(Number) }, failure: null });
  });

  it('are polled by the clock', async () => {
    const clock = manualClock();
    const { platform, repository, url } = await remote({ clock });
    await repository.commit({ x: '1' });
    const main = artifact(url);
    await platform.follow(main);
    const pushed = await repository.commit({ x: '2' });
    const changed = new Promise((resolve) => platform.artifacts.onChange(resolve));
    clock.advance(2 * 3_600_000);
    await changed;
    expect(platform.artifacts.observe(main.repository).head?.commit).toBe(pushed);
  });

  it('follow a forced push, and keep the last good bundle of a deleted branch', async () => {
    const { platform, repository, url } = await remote();
    await repository.commit({ x: '1' }, { branch: 'other' });
    await repository.commit({ x: '1' });
    const main = artifact(url);
    await platform.follow(main);
    const forced = await repository.commit({ x: '2' }, { parents: [] });
    await platform.artifacts.refresh(main.repository);
    const { bundle } = platform.artifacts.observe(main.repository);
    expect(bundle?.commit).toBe(forced);
    await repository.deleteBranch('main');
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle, failure: expect.stringMatching(/no branch or tag/) });
  });

  it('keep head and bundle while the server is down or sends half a pack, also over a restart', async () => {
    const { platform, server, repository, url } = await remote();
    const good = await repository.commit({ x: '1' });
    const main = artifact(url);
    await platform.follow(main);
    const { bundle } = platform.artifacts.observe(main.repository);
    const lastGood = { head: { commit: good, message: 'Change' }, bundle, failure: expect.stringContaining(url) };
    await repository.commit({ x: 'y'.repeat(20_000) });
    server.alterPack = (body) => body.subarray(0, body.length / 2);
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toEqual(lastGood);
    server.intercept = (_request, response) => {
      response.destroy();
      return true;
    };
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toEqual(lastGood);
    await platform.restart();
    await platform.follow(main);
    expect(platform.artifacts.observe(main.repository)).toEqual(lastGood);
  });

  it('are mirrored anew when objects of the mirror are lost', async () => {
    const { platform, repository, url } = await remote();
    await repository.commit({ x: '1' });
    const main = artifact(url);
    await platform.follow(main);
    await platform.artifacts.close();
    const [mirror = ''] = await readdir(join(platform.data, 'mirrors'));
    await rm(join(platform.data, 'mirrors', mirror, 'objects/pack'), { recursive: true });
    await rm(join(platform.data, 'bundles'), { recursive: true });
    await platform.restart();
    await platform.follow(main);
    await platform.artifacts.refresh(main.repository);
    expect(platform.artifacts.observe(main.repository)).toMatchObject({ bundle: { bytes: expect.any(Number) }, failure: null });
  });

  it('are read with the secret of the tenant that names it, and each secret has a mirror of its own', async () => {
    const asked: string[] = [];
    let origin = '';
    const access: Access = {
      mayRead: () => true,
      credential(tenant, secret, url) {
        asked.push(`${tenant} ${secret} ${url}`);
        if (secret === 'missing') return null;
        return { urlPrefix: secret === 'elsewhere' ? `${origin}/other/` : `${origin}/acme/`, username: 'ada', password: 'open sesame' };
      },
    };
    const { platform, server, repository, url } = await remote({ access }, 'ada:open sesame');
    origin = server.origin;
    await repository.commit({ x: '1' });
    const [acme, globex, none, missing, elsewhere] = [
      artifact(url, { tenant: 'acme', secret: 'git' }), artifact(url, { tenant: 'globex', secret: 'git' }), artifact(url),
      artifact(url, { tenant: 'third', secret: 'missing' }), artifact(url, { tenant: 'fourth', secret: 'elsewhere' }),
    ] as const;
    await platform.follow(acme, globex, none, missing, elsewhere);
    const failures = [acme, globex, none, missing, elsewhere].map(({ repository: id }) => platform.artifacts.observe(id).failure);
    expect(failures).toEqual([null, null, expect.any(String), expect.stringMatching(/tenant third has no secret "missing"/), expect.stringMatching(/tenant fourth has no secret/)]);
    expect(await readdir(join(platform.data, 'mirrors'))).toHaveLength(2);
    expect(asked).toContain(`acme git ${url}`);
    expect(JSON.stringify(failures)).not.toContain('sesame');
  });

  it('are never contacted for a tenant that may not read them', async () => {
    const { platform, server, repository, url } = await remote({ access: { mayRead: (tenant) => tenant === tenantName('acme'), credential: () => null } });
    await repository.commit({ x: '1' });
    const foreign = artifact(url, { tenant: 'globex' });
    await platform.follow(foreign);
    expect(platform.artifacts.observe(foreign.repository)).toEqual({ head: null, bundle: null, failure: expect.stringMatching(/tenant globex may not use the repository/) });
    expect(server.requests).toEqual([]);
  });
});
