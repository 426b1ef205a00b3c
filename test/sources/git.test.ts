/** What is particular to a Git source: branches, histories, paths, mirrors. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sourceName, type ObjectId } from '../../schemas/ids.ts';
import type { GitRepository } from '../../reconciler/contracts/git.ts';
import { createGitSource } from '../../reconciler/sources/git/index.ts';
import { runSystemGit } from '../git/builders.ts';
import { systemGit } from '../git/folders.ts';
import { listed } from '../git/listed.ts';
import { createManualClock } from './manual-clock.ts';
import { limits, localWorld, readText, remoteWorld, snapshotOf, sourceFailureOf, systemClock } from './worlds.ts';

const storeNames = ['isomorphic', 'native'] as const;

describe.skipIf(!systemGit).each(storeNames)('a local Git source on the %s store [needs: system git]', (storeName) => {
  test('says who committed what, and walks the first parents', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' }, { message: 'Begin\n' });
    const side = await builder.commit({ 'a.yaml': 'a: side\n' }, { branch: 'side', parents: [first] });
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    const third = await builder.commit({ 'a.yaml': 'a: 3\n' }, { parents: [second, side], message: 'Merge\n' });
    const snapshot = await snapshotOf(source, first);
    expect(snapshot).toMatchObject({ revision: third, lineage: 'ahead', commit: { author: 'Ada Example', message: 'Merge\n', atMs: 1_700_000_000_000 } });
    expect(await listed(source.previous(third, 10))).toEqual([second, first]);
    expect(await listed(source.previous(third, 1))).toEqual([second]);
    expect(await listed(source.previous('dir:1', 10))).toEqual([]);
    const past = await source.at(first);
    expect('failed' in past ? past.failed : await readText(past, 'a.yaml')).toBe('a: 1\n');
  });

  test('tells a rewritten history from an unrelated one', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    await builder.setReference('refs/heads/main', first);
    expect((await snapshotOf(source, second)).lineage).toBe('rewritten');
    const other = await builder.commit({ 'a.yaml': 'a: 3\n' }, { branch: 'other', parents: [first] });
    await builder.setReference('refs/heads/main', other);
    expect((await snapshotOf(source, second)).lineage).toBe('rewritten');
    await builder.commit({ 'b.yaml': 'b: 1\n' }, { parents: [] });
    expect((await snapshotOf(source, second)).lineage).toBe('unrelated');
    expect((await snapshotOf(source, '3'.repeat(40))).lineage).toBe('unrelated');
  });

  test('a deleted branch is a failure that names the last revision', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await builder.setReference('refs/heads/other', first);
    await snapshotOf(source);
    await builder.deleteReference('refs/heads/main');
    const failure = await sourceFailureOf(source.snapshot(first));
    expect(failure).toMatchObject({ failed: 'no-branch', lastRevision: first });
    expect('failed' in await source.at(failure.lastRevision ?? '')).toBe(false);
  });

  test.each(['tenants/acme', '/tenants/acme/', './tenants//acme'])('reads the path %j only, and names files from the root', async (path) => {
    const { source, builder } = await localWorld(storeName, systemClock, path);
    await builder.commit({ 'a.yaml': 'a: 1\n', 'tenants/acme/b.yaml': 'b: 1\n', 'tenants/acme/deep/c.yaml': 'c: 1\n', 'tenants/acme2/d.yaml': 'd: 1\n' });
    expect([...(await snapshotOf(source)).files.keys()]).toEqual(['tenants/acme/b.yaml', 'tenants/acme/deep/c.yaml']);
  });

  test.each(['missing', 'a.yaml', '../x', 'link'])('the path %j is no folder', async (path) => {
    const { source, builder } = await localWorld(storeName, systemClock, path);
    await builder.commit({ 'a.yaml': 'a: 1\n', 'real/b.yaml': 'b: 1\n' }, { symlinks: { link: 'real' } });
    expect((await sourceFailureOf(source.snapshot())).failed).toBe('no-path');
  });

  test('opens only the trees that a commit changed, and none for an unchanged revision', async () => {
    const { upstream, builder } = await localWorld(storeName, systemClock);
    const opened: ObjectId[] = [];
    const counting = { ...upstream, async repository(): Promise<GitRepository> {
      const repository = await upstream.repository();
      return { ...repository, tree: (id) => {
        opened.push(id);
        return repository.tree(id);
      } };
    } };
    const source = createGitSource({ name: sourceName('definitions'), upstream: counting, reference: 'main', path: '', limits });
    onTestFinished(() => source.close());
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index % 10}/e/f${index}.yaml`, `x: ${index}\n`]));
    await builder.commit(files);
    await snapshotOf(source);
    expect(opened.length).toBe(21);
    await snapshotOf(source);
    expect(opened.length).toBe(21);
    await builder.commit({ ...files, 'd3/e/f3.yaml': 'x: changed\n' });
    await snapshotOf(source);
    expect(opened.length).toBe(24);
    const { revision } = await snapshotOf(source);
    await builder.commit({ ...files, 'd3/e/f3.yaml': 'x: changed\n', 'README.md': '#' });
    expect((await snapshotOf(source, revision)).lineage).toBe('ahead');
    expect(opened.length).toBe(25);
  });

  test('a few trees nested into very many paths are a failure', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    let tree = runSystemGit(builder.path, ['mktree'], '');
    for (let depth = 0; depth < 40; depth += 1) {
      tree = runSystemGit(builder.path, ['mktree'], `040000 tree ${tree}\ta\n040000 tree ${tree}\tb\n`);
    }
    await builder.setReference('refs/heads/main', runSystemGit(builder.path, ['commit-tree', '-m', 'Bomb', tree]));
    expect((await sourceFailureOf(source.snapshot())).failed).toBe('too-large');
  });

  test('a commit whose tree cannot be read whole is a failure, and the next good one is read', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    const tree = runSystemGit(builder.path, ['mktree', '--missing'], `040000 tree ${'4'.repeat(40)}\tgone\n`);
    await builder.setReference('refs/heads/main', runSystemGit(builder.path, ['commit-tree', '-m', 'Half', '-p', first, tree]));
    expect(await sourceFailureOf(source.snapshot(first))).toMatchObject({ failed: 'truncated', lastRevision: first });
    await builder.setReference('refs/heads/main', first);
    const third = await builder.commit({ 'a.yaml': 'a: 3\n' });
    expect((await snapshotOf(source, first)).revision).toBe(third);
  });

  test('a missing blob makes its file unreadable, and no other', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    const good = runSystemGit(builder.path, ['hash-object', '-w', '--stdin'], 'a: 1\n');
    const tree = runSystemGit(builder.path, ['mktree', '--missing'], `100644 blob ${good}\ta.yaml\n100644 blob ${'5'.repeat(40)}\tb.yaml\n`);
    await builder.setReference('refs/heads/main', runSystemGit(builder.path, ['commit-tree', '-m', 'Half', tree]));
    const snapshot = await snapshotOf(source);
    expect([await readText(snapshot, 'a.yaml'), await readText(snapshot, 'b.yaml')]).toEqual(['a: 1\n', 'unreadable']);
  });

  test('hints when a branch moves, by a push or by packing', async () => {
    const { source, builder } = await localWorld(storeName, systemClock);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const onHint = vi.fn<() => void>();
    onTestFinished(await source.watch(onHint));
    await builder.commit({ 'a.yaml': 'a: 2\n' });
    await vi.waitFor(() => expect(onHint).toHaveBeenCalled(), { timeout: 10_000 });
    const before = onHint.mock.calls.length;
    await writeFile(join(builder.path, 'refs/heads/next'), `${(await snapshotOf(source)).revision}\n`);
    await vi.waitFor(() => expect(onHint.mock.calls.length).toBeGreaterThan(before), { timeout: 10_000 });
  });
});

describe.skipIf(!systemGit).each(storeNames)('a remote Git source on the %s store [needs: system git]', (storeName) => {
  test('asks once per look and fetches only what is new', async () => {
    const { source, builder, server } = await remoteWorld(storeName, systemClock);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    const asked = async (): Promise<number> => {
      const before = server.requests.length;
      await snapshotOf(source);
      return server.requests.slice(before).filter((line) => line.includes('/info/refs')).length;
    };
    expect(await asked()).toBe(1);
    await builder.setReference('refs/heads/unrelated', await builder.commit({ 'z.yaml': 'z\n' }, { branch: 'other' }));
    expect(await asked()).toBe(1);
    const before = server.requests.length;
    const next = await builder.commit({ 'a.yaml': 'a: 2\n' });
    expect((await snapshotOf(source)).revision).toBe(next);
    expect(server.requests.slice(before).some((line) => line.startsWith('POST'))).toBe(true);
  });

  test('an unreachable remote is a failure that names what is still here, also after a restart', async () => {
    const { source, builder, server, again } = await remoteWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    server.intercept = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    expect(await sourceFailureOf(source.snapshot(first))).toMatchObject({ failed: 'unreachable', lastRevision: first });
    const restarted = again();
    const failure = await sourceFailureOf(restarted.snapshot());
    expect(failure).toMatchObject({ failed: 'unreachable', lastRevision: first });
    const last = await restarted.at(failure.lastRevision ?? '');
    expect('failed' in last ? last.failed : await readText(last, 'a.yaml')).toBe('a: 1\n');
    server.intercept = null;
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    expect((await snapshotOf(source, first)).revision).toBe(second);
  });

  test('a branch that is deleted there is a failure and not fetched again and again', async () => {
    const { source, builder, server } = await remoteWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await builder.setReference('refs/heads/other', first);
    await snapshotOf(source);
    await builder.deleteReference('refs/heads/main');
    expect(await sourceFailureOf(source.snapshot(first))).toMatchObject({ failed: 'no-branch', lastRevision: first });
    const before = server.requests.length;
    expect((await sourceFailureOf(source.snapshot(first))).failed).toBe('no-branch');
    expect(server.requests.slice(before).filter((line) => line.includes('/info/refs')).length).toBe(1);
  });

  test('a look that is asked for while another runs sees what was pushed in between', async () => {
    const { source, builder, server } = await remoteWorld(storeName, systemClock);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    let second = '';
    const looks: Promise<{ revision: string }>[] = [];
    server.intercept = () => {
      server.intercept = null;
      return false;
    };
    const running = snapshotOf(source);
    second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    for (let index = 0; index < 5; index += 1) looks.push(snapshotOf(source));
    await running;
    expect((await Promise.all(looks)).map(({ revision }) => revision)).toEqual(Array(5).fill(second));
  });

  test('a cut pack leaves the last state, and the next look mends it', async () => {
    const { source, builder, server } = await remoteWorld(storeName, systemClock);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    server.alterPack = (body) => body.subarray(0, body.indexOf('PACK') + 30);
    const failure = await sourceFailureOf(source.snapshot(first));
    expect(['truncated', 'unreachable']).toContain(failure.failed);
    expect(failure.lastRevision).toBe(first);
    server.alterPack = null;
    expect((await snapshotOf(source, first)).revision).toBe(second);
  });

  test('polls by the clock that it is given', async () => {
    const clock = createManualClock([0.5]);
    const { source } = await remoteWorld(storeName, clock, 30_000);
    const onHint = vi.fn<() => void>();
    onTestFinished(await source.watch(onHint));
    expect(clock.waiting()).toEqual([30_000]);
    clock.advance(300_000);
    expect(onHint).toHaveBeenCalledTimes(10);
  });
});
