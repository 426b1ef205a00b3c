/** What every Git store must do with a remote: a real smart HTTP server, and one that fails in every way it can. */

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GitCredential, GitLimits, GitRemote, GitRepository, GitStore } from '../../reconciler/contracts/git.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import { build, runSystemGit, type Builder } from './builders.ts';
import { failureCode, failureOf } from './failures.ts';
import { searchPath, systemGit, temporaryFolder } from './folders.ts';
import { listen, serveRepositories, type GitHttpServer } from './http-server.ts';
import { processesWith } from './processes.ts';

const limits: GitLimits = { blobBytes: 64 * 1024, treeEntries: 2_000, fetchTimeoutMs: 20_000 };
const stores = await createGitStores({ searchPath, remotes: { loopback: 'allow' } });
const careful = await createGitStores({ searchPath, remotes: { loopback: 'refuse' } });

interface World {
  readonly store: GitStore;
  readonly builder: Builder;
  readonly server: GitHttpServer;
  readonly mirror: string;
  remote(own?: { readonly limits?: Partial<GitLimits>; readonly credential?: GitCredential }): GitRemote;
  open(): Promise<GitRepository>;
}

async function world(storeName: 'isomorphic' | 'native', login?: string): Promise<World> {
  const store = stores[storeName];
  if (!store) throw new Error('the native store is missing');
  const root = await temporaryFolder();
  const builder = await build('git', join(root, 'served/acme/shop.git'));
  const server = await serveRepositories(join(root, 'served'), login);
  const mirror = join(root, 'mirror.git');
  return {
    store, builder, server, mirror,
    remote: ({ limits: own = {}, ...rest } = {}) => ({ url: `${server.origin}/acme/shop.git`, limits: { ...limits, ...own }, ...rest }),
    async open() {
      const repository = await store.open(mirror, limits);
      onTestFinished(() => repository.close());
      return repository;
    },
  };
}

describe.skipIf(!systemGit).each(['isomorphic', 'native'] as const)('the %s Git store and a remote [needs: system git]', (storeName) => {
  mirroring(storeName);
  credentials(storeName);
  faults(storeName);
  refusals(storeName);
});

function mirroring(storeName: 'isomorphic' | 'native'): void {
  test('mirrors branches, tags and HEAD, then what changed', async () => {
    const { store, builder, mirror, remote, open } = await world(storeName);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n', 'deep/b.yaml': 'b: 1\n' });
    const tag = await builder.tag('v1', first);
    await store.mirror(mirror, remote());
    const repository = await open();
    expect([await repository.resolve('HEAD'), await repository.resolve('main'), await repository.resolve('v1')]).toEqual([first, first, first]);
    expect(Object.fromEntries(await store.listRemote(remote()))).toEqual({ 'HEAD': first, 'refs/heads/main': first, 'refs/tags/v1': tag, 'refs/tags/v1^{}': first });

    const second = await builder.commit({ 'a.yaml': 'a: 2\n', 'deep/b.yaml': 'b: 1\n' });
    await store.mirror(mirror, remote());
    expect(await repository.resolve('main')).toBe(second);
    const entries = await repository.tree((await repository.commit(second)).tree);
    expect(entries[0] && Buffer.from(await repository.blob(entries[0].id)).toString()).toBe('a: 2\n');
    await store.mirror(mirror, remote());
    expect(await repository.resolve('main')).toBe(second);
    expect(runSystemGit(mirror, ['fsck', '--full', '--strict'])).toBe('');
  });

  test('follows a force push, a moved tag, deleted branches, and a branch that makes room for a folder', async () => {
    const { store, builder, mirror, remote, open } = await world(storeName);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await builder.setReference('refs/tags/moving', first);
    await builder.setReference('refs/heads/topic', first);
    await store.mirror(mirror, remote());
    const other = await builder.commit({ 'b.yaml': 'b: 1\n' }, { parents: [] });
    await builder.setReference('refs/tags/moving', other);
    await builder.deleteReference('refs/heads/topic');
    await builder.setReference('refs/heads/topic/next', other);
    await store.mirror(mirror, remote());
    const repository = await open();
    expect([await repository.resolve('main'), await repository.resolve('moving'), await repository.resolve('topic/next')]).toEqual([other, other, other]);
    expect(await failureCode(repository.resolve('topic'))).toBe('no-such-reference');
    expect((await repository.commit(first)).id).toBe(first);
  });

  test('an empty remote makes an empty mirror, and fills it later', async () => {
    const { store, builder, mirror, remote, open } = await world(storeName);
    await store.mirror(mirror, remote());
    const repository = await open();
    expect(await failureCode(repository.resolve('main'))).toBe('empty');
    expect((await store.listRemote(remote())).size).toBe(0);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await store.mirror(mirror, remote());
    expect(await repository.resolve('main')).toBe(first);
  });

  test('what one store has mirrored, the other one continues', async () => {
    const { store, builder, mirror, remote, open } = await world(storeName);
    const other = storeName === 'native' ? stores.isomorphic : stores.native;
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    await store.mirror(mirror, remote());
    await builder.commit({ 'a.yaml': 'a: 2\n' });
    await other?.mirror(mirror, remote());
    const third = await builder.commit({ 'a.yaml': 'a: 3\n' });
    await store.mirror(mirror, remote());
    expect(await (await open()).resolve('main')).toBe(third);
  });

  test('a mirror that was fetched many times stays small in packs and whole', async () => {
    const { store, builder, mirror, remote, open } = await world(storeName);
    let head = '';
    for (let index = 0; index < (storeName === 'native' ? 5 : 55); index += 1) {
      head = await builder.commit({ 'a.yaml': `a: ${index}\n` });
      await store.mirror(mirror, remote());
    }
    expect((await readdir(join(mirror, 'objects/pack'))).filter((name) => name.endsWith('.pack')).length).toBeLessThan(51);
    expect(await (await open()).resolve('main')).toBe(head);
    expect(runSystemGit(mirror, ['rev-list', '--count', '--objects', '--all'])).toMatch(/^\d+$/);
  });
}

function credentials(storeName: 'isomorphic' | 'native'): void {
  const login = 'robot:s3cret-canary';
  const [username = '', password = ''] = login.split(':');

  test('logs in with a credential for its prefix', async () => {
    const { store, builder, mirror, server, remote, open } = await world(storeName, login);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const credential = { urlPrefix: `${server.origin}/acme/`, username, password };
    await store.mirror(mirror, remote({ credential }));
    expect(await (await open()).resolve('main')).toBe(first);
    expect((await store.listRemote(remote({ credential }))).get('refs/heads/main')).toBe(first);
  });

  test('sends no credential that is meant for another prefix', async () => {
    const { store, builder, mirror, server, remote } = await world(storeName, login);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const port = new URL(server.origin).port;
    for (const urlPrefix of [`${server.origin}/acm`, `${server.origin}/acme/shop`, 'http://127.0.0.1/', `https://127.0.0.1:${port}/`, `http://localhost:${port}/`]) {
      expect(await failureCode(store.mirror(mirror, remote({ credential: { urlPrefix, username, password } })))).toBe('denied');
    }
    expect(new Set(server.authorizations)).toEqual(new Set([null]));
  });

  test('is denied without a credential and with a wrong one, and says nothing of it', async () => {
    const { store, builder, mirror, server, remote } = await world(storeName, login);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const wrong = { urlPrefix: server.origin, username, password: 'wr0ng-canary' };
    for (const credential of [undefined, wrong]) {
      const failure = await failureOf(store.mirror(mirror, remote(credential ? { credential } : {})));
      expect(failure?.code).toBe('denied');
      expect(failure?.message).not.toMatch(/canary|cm9ib3Q/);
    }
  });

  test.each([301, 302, 307, 308])('follows no %i to another host, with or without a credential', async (status) => {
    const { store, builder, mirror, server, remote } = await world(storeName);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    let reached = 0;
    const elsewhere = await listen(createServer((_, response) => {
      reached += 1;
      response.end();
    }));
    server.intercept = (request, response) => {
      response.writeHead(status, { location: `${elsewhere}${request.url ?? ''}` }).end();
      return true;
    };
    const credential = { urlPrefix: server.origin, username, password };
    expect(await failureCode(store.mirror(mirror, remote({ credential })))).toBe('refused');
    expect(await failureCode(store.listRemote(remote()))).toBe('refused');
    expect(reached).toBe(0);
  });
}

function faults(storeName: 'isomorphic' | 'native'): void {
  async function mirroredOnce(): Promise<World & { first: string; second: string; repository: GitRepository }> {
    const made = await world(storeName);
    const first = await made.builder.commit({ 'a.yaml': 'a: 1\n' });
    await made.store.mirror(made.mirror, made.remote());
    const second = await made.builder.commit({ 'a.yaml': 'a: 2\n', 'b.yaml': `b: ${'x'.repeat(5_000)}\n` });
    return { ...made, first, second, repository: await made.open() };
  }

  test.each([
    ['cut in the middle', (body: Buffer) => body.subarray(0, body.indexOf('PACK') + 40)],
    ['with a byte turned over', (body: Buffer) => {
      const changed = Buffer.from(body);
      const at = body.indexOf('PACK') + 60;
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      return changed;
    }],
    ['that is empty', () => Buffer.alloc(0)],
    ['that is noise', () => Buffer.from('0009nonsense everywhere')],
  ])('a pack %s changes nothing, and the next fetch works', async (_, alter) => {
    const { store, mirror, server, remote, first, second, repository } = await mirroredOnce();
    server.alterPack = alter;
    expect(['corrupt', 'unreachable']).toContain(await failureCode(store.mirror(mirror, remote())));
    expect(await repository.resolve('main')).toBe(first);
    expect((await repository.tree((await repository.commit(first as never)).tree)).length).toBe(1);
    server.alterPack = null;
    await store.mirror(mirror, remote());
    expect(await repository.resolve('main')).toBe(second);
    expect(runSystemGit(mirror, ['fsck', '--full'])).not.toMatch(/missing|broken|error/);
  });

  test.each(['GET', 'POST'])('a server that drips for ever in its answer to %s is given up', async (method) => {
    const { store, mirror, server, remote, first, repository } = await mirroredOnce();
    // Packet lines that are well-formed, and never the last one.
    const drop: Record<string, string> = { GET: '001e# service=git-upload-pack\n', POST: '0008\u0002...' };
    const timers: NodeJS.Timeout[] = [];
    onTestFinished(() => timers.forEach((timer) => clearInterval(timer)));
    server.intercept = (request, response) => {
      if (request.method !== method) return false;
      response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${method === 'GET' ? 'advertisement' : 'result'}` });
      timers.push(setInterval(() => response.write(drop[method] ?? ''), 100));
      return true;
    };
    expect(await failureCode(store.mirror(mirror, remote({ limits: { fetchTimeoutMs: 1_500 } })))).toBe('unreachable');
    expect(await repository.resolve('main')).toBe(first);
    expect(processesWith(`${mirror} fetch`)).toEqual([]);
  });

  test('a server that never answers is given up', async () => {
    const { store, mirror, server, remote } = await mirroredOnce();
    server.intercept = () => true;
    expect(await failureCode(store.listRemote(remote({ limits: { fetchTimeoutMs: 1_000 } })))).toBe('unreachable');
    expect(await failureCode(store.mirror(mirror, remote({ limits: { fetchTimeoutMs: 1_000 } })))).toBe('unreachable');
  });

  test('404, 500, a page instead of Git, and a closed port are unreachable', async () => {
    const { store, mirror, server, remote } = await mirroredOnce();
    for (const status of [404, 500, 200]) {
      server.intercept = (_, response) => {
        response.writeHead(status, { 'content-type': 'text/html' }).end('<html>hello</html>');
        return true;
      };
      expect(await failureCode(store.mirror(mirror, remote()))).toBe('unreachable');
    }
    expect(await failureCode(store.listRemote({ ...remote(), url: 'http://127.0.0.1:1/x.git' }))).toBe('unreachable');
    expect(await failureCode(store.listRemote({ ...remote(), url: 'https://name.invalid/x.git' }))).toBe('unreachable');
  });

  test('objects that the server leaves out do not become a branch', async () => {
    const { store, builder, mirror, server, remote, first, second, repository } = await mirroredOnce();
    // The pack of the first commit in answer to the wish for the second: whole in itself, and not what was asked for.
    const pack = execFileSync('git', ['--git-dir', builder.path, 'pack-objects', '--stdout', '--revs', '-q'], { input: `${first}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
    server.intercept = (request, response) => {
      if (request.method !== 'POST' || request.headers['git-protocol'] === 'version=2') return false;
      const band = Buffer.concat([Buffer.from((pack.length + 5).toString(16).padStart(4, '0')), Buffer.from([1]), pack]);
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      response.end(Buffer.concat([Buffer.from('0008NAK\n'), band, Buffer.from('0000')]));
      return true;
    };
    if (storeName === 'native') server.alterPack = (body) => withPack(body, pack);
    expect(await failureCode(store.mirror(mirror, remote()))).toBe('corrupt');
    expect(await repository.resolve('main')).toBe(first);
    expect(await failureCode(repository.commit(second as never))).toBe('missing-object');
  });
}

/** The same protocol version 2 answer with another pack in it. */
function withPack(body: Buffer, pack: Buffer): Buffer {
  const header = body.indexOf('packfile\n') + 'packfile\n'.length;
  const band = Buffer.concat([Buffer.from((pack.length + 5).toString(16).padStart(4, '0')), Buffer.from([1]), pack]);
  return Buffer.concat([body.subarray(0, header), band, Buffer.from('0000')]);
}

function refusals(storeName: 'isomorphic' | 'native'): void {
  test.each(['ext::sh -c touch% /tmp/x', 'file:///etc', '/etc', '../x', '-oProxyCommand=x', '--upload-pack=x', 'git://127.0.0.1/x', 'fd::3', 'http::http://127.0.0.1/x',
    'ftp://127.0.0.1/x', 'http://user:secret@127.0.0.1/x', 'https://token@127.0.0.1/x', 'http://169.254.169.254/latest', 'http://[::ffff:169.254.169.254]/x',
    'http://[::ffff:a9fe:a9fe]/x', 'http://0xa9fea9fe/x', 'http://2852039166/x', 'http://[fe80::1]/x', 'http://0.0.0.0/x', 'http://[::]/x', 'http://100.100.100.200/x',
    'http://[fd00:ec2::254]/x', 'http://[64:ff9b::a9fe:a9fe]/x', 'ssh://-oProxyCommand=x/y', 'ssh://user:secret@127.0.0.1/x', 'javascript:alert(1)', ''])('refuses %j', async (url) => {
    const store = stores[storeName];
    const failure = await failureOf(store?.mirror(join(await temporaryFolder(), 'm.git'), { url, limits }) ?? Promise.resolve());
    expect(failure?.code).toBe('refused');
    expect(failure?.message).not.toMatch(/user:|:secret|token@/);
  });

  test('refuses this machine, also by name, where the policy says so', async () => {
    const { builder, server, mirror } = await world(storeName);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const { port } = new URL(server.origin);
    for (const host of ['127.0.0.1', '127.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]']) {
      expect(await failureCode(careful[storeName]?.mirror(mirror, { url: `http://${host}:${port}/acme/shop.git`, limits }) ?? Promise.resolve())).toBe('refused');
    }
    expect(server.requests).toEqual([]);
  });
}
