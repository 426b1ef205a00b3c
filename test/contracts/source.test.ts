/** What every source must do, whatever it reads. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { objectIdOf } from '../../reconciler/git/index.ts';
import { systemGit } from '../git/folders.ts';
import { createManualClock } from '../sources/manual-clock.ts';
import { limits, readText, snapshotOf, sourceFailureOf, systemClock, worlds } from '../sources/worlds.ts';

for (const { name, needsGit, make } of worlds) {
  describe.skipIf(needsGit && !systemGit)(`the source on ${name}${needsGit ? ' [needs: system git]' : ''}`, () => {
    test('lists definitions only, by the id of their content', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n', 'deep/er/b.yml': 'b: 1\n', 'deep/c.JSON': '{}', 'README.md': '#', 'bin/run': 'x', '.github/x.yaml': 'x', '.hidden.yaml': 'x', 'yaml': 'x' });
      const snapshot = await snapshotOf(source);
      expect(snapshot).toMatchObject({ source: 'definitions', lineage: 'first' });
      expect([...snapshot.files.keys()]).toEqual(['a.yaml', 'deep/c.JSON', 'deep/er/b.yml']);
      expect(snapshot.files.get('a.yaml')).toMatchObject({ blob: objectIdOf('blob', Buffer.from('a: 1\n')), refusal: null });
      expect(await readText(snapshot, 'deep/er/b.yml')).toBe('b: 1\n');
      await expect(snapshot.read('README.md')).rejects.toThrow(TypeError);
    });

    test('an unchanged source is the same, a changed one is ahead, and an old snapshot stays what it was', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
      const first = await snapshotOf(source);
      const again = await snapshotOf(source, first.revision);
      expect([again.revision, again.lineage]).toEqual([first.revision, 'same']);
      await write({ 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 1\n' });
      const second = await snapshotOf(source, first.revision);
      expect(second.lineage).toBe('ahead');
      expect(second.revision).not.toBe(first.revision);
      expect(second.files.get('b.yaml')?.blob).toBe(first.files.get('b.yaml')?.blob);
      expect([await readText(first, 'a.yaml'), await readText(second, 'a.yaml')]).toEqual(['a: 1\n', 'a: 2\n']);
    });

    test('a revision of another kind is unrelated', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n' });
      expect((await snapshotOf(source, 'something else')).lineage).toBe('unrelated');
    });

    test('a removed file is gone once it is believed', async () => {
      const clock = createManualClock();
      const { source, write } = await make(clock);
      await write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
      const first = await snapshotOf(source);
      await write({ 'a.yaml': 'a: 1\n' });
      await snapshotOf(source, first.revision);
      clock.advance(2_000);
      expect([...(await snapshotOf(source, first.revision)).files.keys()]).toEqual(['a.yaml']);
    });

    test('what is too large is listed and refused', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'exact.yaml': 'x'.repeat(limits.fileBytes), 'large.yaml': 'x'.repeat(limits.fileBytes + 1) });
      const snapshot = await snapshotOf(source);
      expect([...snapshot.files.keys()]).toEqual(['exact.yaml', 'large.yaml']);
      expect([(await readText(snapshot, 'exact.yaml')).length, await readText(snapshot, 'large.yaml')]).toEqual([limits.fileBytes, 'too-large']);
    });

    test('symbolic links are listed and refused, and folders behind them are not entered', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n', 'real/b.yaml': 'b: 1\n' },
        { 'passwd.yaml': '/etc/passwd', 'up.yaml': '../../x', 'self.yaml': 'self.yaml', 'inside.yaml': 'a.yaml', 'folder': 'real', 'loop': '.', 'environ.json': '/proc/self/environ' });
      const snapshot = await snapshotOf(source);
      expect([...snapshot.files.keys()]).toEqual(['a.yaml', 'environ.json', 'inside.yaml', 'passwd.yaml', 'real/b.yaml', 'self.yaml', 'up.yaml']);
      for (const path of ['environ.json', 'inside.yaml', 'passwd.yaml', 'self.yaml', 'up.yaml']) {
        expect(snapshot.files.get(path)?.refusal?.refused).toBe('symlink');
        expect(await readText(snapshot, path)).toBe('symlink');
      }
    });

    test('too many files are a failure, and fewer are none', async () => {
      const clock = createManualClock();
      const { source, write } = await make(clock);
      await write(Object.fromEntries(Array.from({ length: limits.files + 1 }, (_, index) => [`f${index}.yaml`, 'x'])));
      expect((await sourceFailureOf(source.snapshot())).failed).toBe('too-large');
      await write({ 'a.yaml': 'a: 1\n' });
      expect((await snapshotOf(source)).files.size).toBe(1);
    });

    test('nothing there yet is a failure', async () => {
      const { source, write } = await make(systemClock);
      expect(await sourceFailureOf(source.snapshot())).toMatchObject({ source: 'definitions', failed: 'empty', lastRevision: null });
      await write({ 'a.yaml': 'a: 1\n' });
      expect((await snapshotOf(source)).files.size).toBe(1);
    });

    test('a source that is taken away is a failure, not empty', async () => {
      const { source, write, destroy } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n' });
      const first = await snapshotOf(source);
      await destroy();
      const failure = await sourceFailureOf(source.snapshot(first.revision));
      expect(failure).toMatchObject({ failed: 'unreachable', lastRevision: first.revision });
    });

    test('an unknown revision is none', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n' });
      const { revision } = await snapshotOf(source);
      for (const unknown of ['1'.repeat(40), 'dir:1', '--help', '']) {
        expect((await sourceFailureOf(source.at(unknown))).failed).toBe('no-such-revision');
      }
      expect(await source.at(revision)).toMatchObject({ revision });
    });

    test('many snapshots at once agree', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n' });
      const revisions = await Promise.all(Array.from({ length: 8 }, async () => (await snapshotOf(source)).revision));
      expect(new Set(revisions).size).toBe(1);
    });

    test('can be used again after it was closed', async () => {
      const { source, write } = await make(systemClock);
      await write({ 'a.yaml': 'a: 1\n' });
      const { revision } = await snapshotOf(source);
      await source.close();
      expect((await snapshotOf(source)).revision).toBe(revision);
    });

    test('looks again by itself from time to time, until it is told to stop', async () => {
      const clock = createManualClock([0, 0.999]);
      const { source, write } = await make(clock);
      await write({ 'a.yaml': 'a: 1\n' });
      const onHint = vi.fn<() => void>();
      const stop = await source.watch(onHint);
      onTestFinished(stop);
      clock.advance(60_000 * 0.79);
      const before = onHint.mock.calls.length;
      clock.advance(60_000 * 0.02);
      expect(onHint.mock.calls.length).toBe(before + 1);
      clock.advance(60_000 * 1.2);
      expect(onHint.mock.calls.length).toBe(before + 2);
      await stop();
      clock.advance(600_000);
      expect(onHint.mock.calls.length).toBe(before + 2);
    });
  });
}
