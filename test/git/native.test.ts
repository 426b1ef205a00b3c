/** What only the system's git can do, and what must not happen while it does it. */

import { spawnSync } from 'node:child_process';
import { access, chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { GitLimits, GitRepository, GitStore } from '../../reconciler/contracts/git.ts';
import { createNativeStore, detectNativeGit } from '../../reconciler/git/native/index.ts';
import { build, runSystemGit } from './builders.ts';
import { failureCode, failureOf } from './failures.ts';
import { searchPath, systemGit, temporaryFolder } from './folders.ts';
import { serveRepositories } from './http-server.ts';
import { commandLines, processesWith } from './processes.ts';

const limits: GitLimits = { blobBytes: 64 * 1024, treeEntries: 2_000, fetchTimeoutMs: 20_000 };

function createStore(path = searchPath, idleMs = 60_000): GitStore {
  if (!systemGit) throw new Error('git is missing');
  return createNativeStore({ ...systemGit, searchPath: path }, { remotes: { loopback: 'allow' }, idleMs });
}

async function open(store: GitStore, path: string, own: Partial<GitLimits> = {}): Promise<GitRepository> {
  const repository = await store.open(path, { ...limits, ...own });
  onTestFinished(() => repository.close());
  return repository;
}

test('finds no git where there is none', async () => {
  expect(await detectNativeGit('')).toBeNull();
  expect(await detectNativeGit(['relative', await temporaryFolder()].join(delimiter))).toBeNull();
});

test('takes no git that is too old', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'git'), '#!/bin/sh\necho git version 2.30.9\n', { mode: 0o755 });
  expect(await detectNativeGit([folder, searchPath].join(delimiter))).toBeNull();
});

describe.skipIf(!systemGit)('the system\'s git [needs: system git]', () => {
  test('reads and mirrors SHA-256 repositories', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'served/new.git'), 'sha256');
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    expect(first.length).toBe(64);
    const server = await serveRepositories(join(root, 'served'));
    const store = createStore();
    const remote = { url: `${server.origin}/new.git`, limits };
    await store.mirror(join(root, 'mirror.git'), remote);
    for (const path of [builder.path, join(root, 'mirror.git')]) {
      const repository = await open(store, path);
      const [entry] = await repository.tree((await repository.commit(await repository.resolve('main'))).tree);
      expect(entry && Buffer.from(await repository.blob(entry.id)).toString()).toBe('a: 1\n');
    }
    const { createIsomorphicStore } = await import('../../reconciler/git/isomorphic/index.ts');
    const isomorphic = createIsomorphicStore({ remotes: { loopback: 'allow' }, idleMs: 1_000 });
    expect(await failureCode(isomorphic.open(builder.path, limits))).toBe('refused');
    expect(await failureCode(isomorphic.mirror(join(root, 'other.git'), remote))).toBe('refused');
  });

  test('a mirror whose remote changes its hash algorithm is refused', async () => {
    const root = await temporaryFolder();
    const old = await build('git', join(root, 'served/a.git'));
    await old.commit({ 'a.yaml': 'a: 1\n' });
    const changed = await build('git', join(root, 'served/b.git'), 'sha256');
    await changed.commit({ 'a.yaml': 'a: 1\n' });
    const server = await serveRepositories(join(root, 'served'));
    const store = createStore();
    await store.mirror(join(root, 'mirror.git'), { url: `${server.origin}/a.git`, limits });
    expect(await failureCode(store.mirror(join(root, 'mirror.git'), { url: `${server.origin}/b.git`, limits }))).toBe('refused');
  });

  test('one process serves all reads, is replaced when it is killed, and leaves when it is idle', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'repository.git'));
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}.yaml`, `x: ${index}\n`.repeat(500)]));
    const id = await builder.commit(files);
    const repository = await open(createStore(searchPath, 300), builder.path);
    const entries = await repository.tree((await repository.commit(id)).tree);
    const [process1, ...others] = processesWith(builder.path);
    expect([process1 === undefined, others]).toEqual([false, []]);
    const reads = Promise.all(entries.map((entry) => repository.blob(entry.id)));
    process.kill(process1 ?? 0, 'SIGKILL');
    expect((await reads).map((bytes) => Buffer.from(bytes).toString()).toSorted()).toEqual(Object.values(files).toSorted());
    await vi.waitFor(() => expect(processesWith(builder.path)).toEqual([]), { timeout: 10_000 });
    expect((await repository.commit(id)).id).toBe(id);
  });

  test('a process that does not answer is replaced, and the question fails in the end', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'repository.git'));
    const id = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const repository = await open(createStore(), builder.path, { fetchTimeoutMs: 400 });
    await repository.commit(id);
    const [running = 0] = processesWith(builder.path);
    process.kill(running, 'SIGSTOP');
    onTestFinished(() => {
      if (processesWith(builder.path).includes(running)) process.kill(running, 'SIGKILL');
    });
    expect((await repository.commit(id)).id).toBe(id);
  });

  test('a lock that a killed run left does not stop the mirror for ever', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'served/a.git'));
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const server = await serveRepositories(join(root, 'served'));
    const [store, mirror, remote] = [createStore(), join(root, 'mirror.git'), { url: `${server.origin}/a.git`, limits }];
    await store.mirror(mirror, remote);
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    await writeFile(join(mirror, 'refs/heads/main.lock'), '');
    await writeFile(join(mirror, 'refs/incoming/heads/main.lock'), '');
    await store.mirror(mirror, remote);
    expect(await (await open(store, mirror)).resolve('main')).toBe(second);
  });

  test('a credential is on no command line and in no file, and the process group ends with the time', async () => {
    const root = await temporaryFolder();
    const server = await serveRepositories(join(root, 'served'));
    server.intercept = () => true;
    const credential = { urlPrefix: server.origin, username: 'robot', password: 'canary-5c1f' };
    const encoded = Buffer.from('robot:canary-5c1f').toString('base64');
    const work = failureOf(createStore().mirror(join(root, 'mirror.git'), { url: `${server.origin}/a.git`, credential, limits: { ...limits, fetchTimeoutMs: 2_000 } }));
    await vi.waitFor(() => expect(server.authorizations).toEqual([`Basic ${encoded}`]), { timeout: 10_000 });
    const lines = commandLines();
    expect(lines).toContain(`${server.origin}/a.git`);
    expect(lines.includes('canary-5c1f') || lines.includes(encoded)).toBe(false);
    expect(await work).toMatchObject({ code: 'unreachable' });
    expect(processesWith(`${server.origin}/a.git`)).toEqual([]);
    expect(spawnSync('/bin/sh', ['-c', 'grep -r canary-5c1f "$1"', 'sh', root]).stdout.toString()).toBe('');
  });

  test('what a repository\'s own configuration and hooks ask for is not run', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'served/a.git'));
    const id = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const server = await serveRepositories(join(root, 'served'));
    const [store, mirror] = [createStore(), join(root, 'mirror.git')];
    const remote = { url: `${server.origin}/a.git`, limits };
    await store.mirror(mirror, remote);
    const script = join(root, 'evil.sh');
    await writeFile(script, `#!/bin/sh\ntouch ${root}/was-run\n`, { mode: 0o755 });
    for (const [key, value] of [['core.fsmonitor', script], ['core.hooksPath', join(root, 'hooks')], ['core.sshCommand', script], ['credential.helper', `!${script}`],
      ['remote.promise.url', `ext::${script}`], ['remote.promise.promisor', 'true'], ['extensions.partialClone', 'promise'], ['core.repositoryFormatVersion', '1']] as const) {
      runSystemGit(mirror, ['config', key, value]);
    }
    await mkdir(join(root, 'hooks'));
    await mkdir(join(mirror, 'hooks'), { recursive: true });
    for (const hook of ['reference-transaction', 'post-update', 'pre-auto-gc']) {
      for (const folder of [join(root, 'hooks'), join(mirror, 'hooks')]) await writeFile(join(folder, hook), await readFile(script), { mode: 0o755 });
    }
    await builder.commit({ 'a.yaml': 'a: 2\n' });
    await store.mirror(mirror, remote);
    const repository = await open(store, mirror);
    expect((await repository.commit(id)).id).toBe(id);
    expect(await failureCode(repository.blob('6'.repeat(40) as never))).toBe('missing-object');
    await expect(access(join(root, 'was-run'))).rejects.toThrow('ENOENT');
  });

  test('what fsck refuses does not come in', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'served/a.git'));
    const blob = runSystemGit(builder.path, ['hash-object', '-w', '--stdin'], 'x');
    const bytes = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]);
    const tree = runSystemGit(builder.path, ['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], bytes);
    await builder.setReference('refs/heads/main', runSystemGit(builder.path, ['commit-tree', '-m', 'Evil', tree]));
    const server = await serveRepositories(join(root, 'served'));
    expect(await failureCode(createStore().mirror(join(root, 'mirror.git'), { url: `${server.origin}/a.git`, limits }))).toBe('corrupt');
  });

  test('SSH is spoken with a known host, one key, no agent, and a checked address', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'a.git'));
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    // Stands in for ssh: notes its arguments and runs the command on this machine.
    await mkdir(join(root, 'bin'));
    await writeFile(join(root, 'bin/ssh'), `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word" >> ${root}/said; last=$word; done\nexec sh -c "$last"\n`);
    await chmod(join(root, 'bin/ssh'), 0o755);
    const store = createStore([join(root, 'bin'), searchPath].join(delimiter));
    const key = join(root, 'it\'s a key');
    const remote = { url: `ssh://git@127.0.0.1:2222${builder.path}`, credential: { urlPrefix: 'ssh://git@127.0.0.1:2222/', privateKeyFile: key }, limits };
    await store.mirror(join(root, 'mirror.git'), remote);
    expect(await (await open(store, join(root, 'mirror.git'))).resolve('main')).toBe(first);
    const said = (await readFile(join(root, 'said'), 'utf8')).split('\n');
    expect(said).toEqual(expect.arrayContaining(['StrictHostKeyChecking=yes', 'BatchMode=yes', 'IdentityAgent=none', 'ProxyCommand=none', 'HostName=127.0.0.1', 'HostKeyAlias=[127.0.0.1]:2222', '-p', '2222', 'git@127.0.0.1']));
    expect(said[said.indexOf('-i') + 1]).toBe(key);
    const short = await store.listRemote({ ...remote, url: `git@127.0.0.1:${builder.path}` });
    expect(short.get('refs/heads/main')).toBe(first);
  });

  test('a real ssh that finds nobody is unreachable', async () => {
    expect(['unreachable', 'denied']).toContain(await failureCode(createStore().listRemote({ url: 'ssh://git@127.0.0.1:1/a.git', limits })));
  });

  test('leaves no temporary pack behind when a fetch is cut', async () => {
    const root = await temporaryFolder();
    const builder = await build('git', join(root, 'served/a.git'));
    await builder.commit(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}.yaml`, `x: ${index}\n`])));
    const server = await serveRepositories(join(root, 'served'));
    server.alterPack = (body) => body.subarray(0, body.length - 200);
    const mirror = join(root, 'mirror.git');
    expect(await failureCode(createStore().mirror(mirror, { url: `${server.origin}/a.git`, limits }))).not.toBe('no failure');
    await sleep(50);
    expect((await readdir(join(mirror, 'objects'), { recursive: true })).filter((name) => /\.(?:pack|idx)$/.test(name))).toEqual([]);
  });
});
