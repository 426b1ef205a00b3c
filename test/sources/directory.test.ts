/** What is particular to a folder being edited: removals are believed late, saves in steps do no harm. */

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sourceName } from '../../schemas/ids.ts';
import { createDirectorySource } from '../../reconciler/sources/directory/index.ts';
import { temporaryFolder } from '../git/folders.ts';
import { createManualClock } from './manual-clock.ts';
import { directoryWorld, limits, readText, snapshotOf, sourceFailureOf, systemClock } from './worlds.ts';

const isRoot = process.getuid?.() === 0;

describe('a folder as a source', () => {
  test('a removed file stays, with its content, until two seconds have been quiet', async () => {
    const clock = createManualClock();
    const { source, write, folder } = await directoryWorld(clock);
    await write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    const first = await snapshotOf(source);
    await unlink(join(folder, 'b.yaml'));
    const kept = await snapshotOf(source, first.revision);
    expect([kept.lineage, [...kept.files.keys()], await readText(kept, 'b.yaml')]).toEqual(['same', ['a.yaml', 'b.yaml'], 'b: 1\n']);
    clock.advance(1_500);
    await writeFile(join(folder, 'a.yaml'), 'a: 2\n');
    expect((await snapshotOf(source)).files.size).toBe(2);
    clock.advance(1_999);
    expect((await snapshotOf(source)).files.size).toBe(2);
    clock.advance(1);
    expect([...(await snapshotOf(source, kept.revision)).files.keys()]).toEqual(['a.yaml']);
  });

  test('a file that comes back was never away', async () => {
    const clock = createManualClock();
    const { source, write, folder } = await directoryWorld(clock);
    await write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    await snapshotOf(source);
    await rename(join(folder, 'b.yaml'), join(folder, 'b.yaml~'));
    expect((await snapshotOf(source)).files.size).toBe(2);
    await writeFile(join(folder, 'b.yaml'), 'b: 2\n');
    const after = await snapshotOf(source);
    expect(await readText(after, 'b.yaml')).toBe('b: 2\n');
    clock.advance(10_000);
    expect((await snapshotOf(source)).files.size).toBe(2);
  });

  test('a folder whose files are all gone is a failure, at once kept and later empty', async () => {
    const clock = createManualClock();
    const { source, write } = await directoryWorld(clock);
    await write({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    await write({});
    expect((await snapshotOf(source)).files.size).toBe(1);
    clock.advance(2_000);
    expect((await sourceFailureOf(source.snapshot())).failed).toBe('empty');
  });

  test('a folder that is away for a while is a failure, and its last state can be read', async () => {
    const { source, write, folder } = await directoryWorld(createManualClock());
    await write({ 'a.yaml': 'a: 1\n' });
    const first = await snapshotOf(source);
    await rename(folder, `${folder}.away`);
    const failure = await sourceFailureOf(source.snapshot());
    expect(failure).toMatchObject({ failed: 'unreachable', lastRevision: first.revision });
    expect(await source.at(first.revision)).toMatchObject({ revision: first.revision });
    await rename(`${folder}.away`, folder);
    expect((await snapshotOf(source, first.revision)).lineage).toBe('same');
  });

  test('an edit of the same length within one moment is seen', async () => {
    const { source, write, folder } = await directoryWorld(systemClock);
    await write({ 'a.yaml': 'a: 1\n' });
    for (let index = 2; index < 10; index += 1) {
      await writeFile(join(folder, 'a.yaml'), `a: ${index}\n`);
      expect(await readText(await snapshotOf(source), 'a.yaml')).toBe(`a: ${index}\n`);
    }
  });

  test('pipes, sockets and folders with the name of a definition are not read', async () => {
    const { source, write, folder } = await directoryWorld(systemClock);
    await write({ 'a.yaml': 'a: 1\n' });
    execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', join(folder, 'pipe.yaml')]);
    await mkdir(join(folder, 'folder.yaml'));
    await writeFile(join(folder, 'folder.yaml/b.yaml'), 'b: 1\n');
    expect([...(await snapshotOf(source)).files.keys()]).toEqual(['a.yaml', 'folder.yaml/b.yaml']);
  });

  test('a file that becomes a link is refused, not gone', async () => {
    const { source, write, folder } = await directoryWorld(createManualClock());
    await write({ 'a.yaml': 'a: 1\n' });
    await snapshotOf(source);
    await rm(join(folder, 'a.yaml'));
    await symlink('/etc/passwd', join(folder, 'a.yaml'));
    expect((await snapshotOf(source)).files.get('a.yaml')?.refusal?.refused).toBe('symlink');
  });

  test.skipIf(isRoot)('an unreadable file is refused, an unreadable folder is a failure [needs: another user than root]', async () => {
    const { source, write, folder } = await directoryWorld(createManualClock());
    await write({ 'a.yaml': 'a: 1\n', 'deep/b.yaml': 'b: 1\n' });
    await snapshotOf(source);
    await writeFile(join(folder, 'a.yaml'), 'a: 2\n');
    await chmod(join(folder, 'a.yaml'), 0);
    expect(await readText(await snapshotOf(source), 'a.yaml')).toBe('unreadable');
    await chmod(join(folder, 'deep'), 0);
    onTestFinished(() => chmod(join(folder, 'deep'), 0o755));
    expect((await sourceFailureOf(source.snapshot())).failed).toBe('unreachable');
  });

  test('more bytes than may be held are a failure', async () => {
    const folder = await temporaryFolder();
    const source = createDirectorySource({ name: sourceName('small'), path: folder, clock: systemClock, pollMs: 1_000, limits: { ...limits, totalBytes: 100 } });
    await writeFile(join(folder, 'a.yaml'), 'x'.repeat(60));
    await writeFile(join(folder, 'b.yaml'), 'x'.repeat(60));
    expect((await sourceFailureOf(source.snapshot())).failed).toBe('too-large');
  });

  test('hints when a file is made, edited, and removed: at once, and again when the removal is believed', async () => {
    const { source, write, folder } = await directoryWorld(systemClock);
    await write({ 'a.yaml': 'a: 1\n' });
    const seen: (readonly string[])[] = [];
    onTestFinished(await source.watch(() => {
      void snapshotOf(source).then((snapshot) => seen.push([...snapshot.files.keys()]), () => {});
    }));
    await snapshotOf(source);
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep/b.yaml'), 'b: 1\n');
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['a.yaml', 'deep/b.yaml']), { timeout: 10_000 });
    await rm(join(folder, 'deep'), { recursive: true });
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['a.yaml']), { timeout: 15_000 });
  });

  test('watches a folder below a hidden one, and one that is made later', async () => {
    const root = join(await temporaryFolder(), '.stratos');
    await mkdir(root);
    const source = createDirectorySource({ name: sourceName('later'), path: join(root, 'definitions'), clock: systemClock, pollMs: 60_000, limits });
    onTestFinished(() => source.close());
    const onHint = vi.fn<() => void>();
    onTestFinished(await source.watch(onHint));
    await mkdir(join(root, 'definitions'));
    await writeFile(join(root, 'definitions/a.yaml'), 'a: 1\n');
    await vi.waitFor(() => expect(onHint).toHaveBeenCalled(), { timeout: 10_000 });
    expect((await snapshotOf(source)).files.size).toBe(1);
  });
});
