/** What every Git store must do with a repository on this machine, whoever made it. Remotes: `test/git/remote.test.ts`. */

import { chmod, mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GitLimits, GitRepository } from '../../reconciler/contracts/git.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import { objectIdOf, type ObjectKind } from '../../reconciler/git/object.ts';
import { build, runSystemGit, type Builder, type BuilderKind } from '../git/builders.ts';
import { failureCode } from '../git/failures.ts';
import { searchPath, systemGit, temporaryFolder } from '../git/folders.ts';

const limits: GitLimits = { blobBytes: 64 * 1024, treeEntries: 2_000, fetchTimeoutMs: 20_000 };
const stores = await createGitStores({ searchPath, remotes: { loopback: 'allow' } });

for (const storeName of ['isomorphic', 'native'] as const) {
  for (const kind of ['isomorphic-git', 'git'] as const) {
    const needsGit = storeName === 'native' || kind === 'git';
    const tag = needsGit ? ' [needs: system git]' : '';
    describe.skipIf(needsGit && !systemGit)(`the ${storeName} Git store on a repository made by ${kind}${tag}`, () => {
      references(storeName, kind);
      objects(storeName, kind);
      damage(storeName, kind);
    });
  }
}

type StoreName = 'isomorphic' | 'native';

async function openNew(storeName: StoreName, kind: BuilderKind, own: Partial<GitLimits> = {}): Promise<{ builder: Builder; repository: GitRepository }> {
  const builder = await build(kind, join(await temporaryFolder(), 'repository.git'));
  return { builder, repository: await open(storeName, builder.path, own) };
}

async function open(storeName: StoreName, path: string, own: Partial<GitLimits> = {}): Promise<GitRepository> {
  const store = stores[storeName];
  if (!store) throw new Error('the native store is missing');
  const repository = await store.open(path, { ...limits, ...own });
  onTestFinished(() => repository.close());
  return repository;
}

/** Writes a loose object as it is, whatever it holds. */
async function writeObject(path: string, kind: ObjectKind, bytes: Buffer, id = objectIdOf(kind, bytes)): Promise<typeof id> {
  const folder = join(path, 'objects', id.slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, id.slice(2)), deflateSync(Buffer.concat([Buffer.from(`${kind} ${bytes.length}\0`), bytes])));
  return id;
}

function treeEntry(mode: string, name: string | Buffer, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, 'hex')]);
}

function references(storeName: StoreName, kind: BuilderKind): void {
  test('resolves branches, tags, full names, ids and HEAD', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    await builder.setReference('refs/tags/v1', first);
    expect(await Promise.all(['main', 'refs/heads/main', 'HEAD', second, 'v1', 'refs/tags/v1', first].map((name) => repository.resolve(name))))
      .toEqual([second, second, second, second, first, first, first]);
  });

  test('peels an annotated tag of a tag', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const commit = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const inner = await builder.tag('inner', commit);
    const outer = await builder.tag('outer', inner);
    expect(await repository.resolve('outer')).toBe(commit);
    expect(await repository.resolve(outer)).toBe(commit);
  });

  test('a branch wins over a tag of the same short name', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    await builder.setReference('refs/tags/main', first);
    expect(await repository.resolve('main')).toBe(second);
  });

  test('sees a push, a force push, a moved tag, a deleted and a new branch while open', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    expect(await repository.resolve('main')).toBe(first);
    const second = await builder.commit({ 'a.yaml': 'a: 2\n' });
    await builder.setReference('refs/tags/moving', first);
    expect(await repository.resolve('main')).toBe(second);
    const other = await builder.commit({ 'b.yaml': 'b: 1\n' }, { parents: [] });
    await builder.setReference('refs/tags/moving', other);
    expect([await repository.resolve('main'), await repository.resolve('moving')]).toEqual([other, other]);
    await builder.setReference('refs/heads/next', first);
    await builder.deleteReference('refs/heads/main');
    expect(await failureCode(repository.resolve('main'))).toBe('no-such-reference');
    expect(await repository.resolve('next')).toBe(first);
    expect((await repository.commit(second)).parents).toEqual([first]);
  });

  test('tells an empty repository from a missing branch', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    expect(await failureCode(repository.resolve('main'))).toBe('empty');
    expect(await failureCode(repository.resolve('HEAD'))).toBe('empty');
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    expect(await failureCode(repository.resolve('other'))).toBe('no-such-reference');
    expect(await failureCode(repository.resolve('0'.repeat(40)))).toBe('no-such-reference');
  });

  test('refuses malformed references', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    const names = ['--upload-pack=touch /tmp/x', '-x', 'refs/heads/../../x', 'HEAD.lock', 'main~1', 'main^{tree}', 'main:a.yaml', 'main@{1}', ':/text',
      'a b', 'a\nb', 'main\0', '', '@', '.hidden', 'refs//heads', 'refs/heads/', '/etc/passwd', 'x'.repeat(300), '[a]', 'a*'];
    const codes = await Promise.all(names.map(async (name) => [name, await failureCode(repository.resolve(name))]));
    expect(codes).toEqual(names.map((name) => [name, 'refused']));
  });

  test('a tag of a blob or a tree is no commit', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const commit = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await builder.setReference('refs/tags/tree', (await repository.commit(commit)).tree);
    expect(await failureCode(repository.resolve('tree'))).toBe('no-such-reference');
  });
}

function objects(storeName: StoreName, kind: BuilderKind): void {
  test('reads commits, trees in order, and blobs', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const first = await builder.commit({ 'a.yaml': 'a: 1\n' });
    const side = await builder.commit({ 'b.yaml': 'b: 1\n' }, { branch: 'side', parents: [first] });
    const merge = await builder.commit(
      { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n', 'deep/er/c.json': '{}', 'ünï.yaml': 'ü: 1\n' },
      { parents: [first, side], message: 'Zusammengeführt\n\nmit Text\n' },
    );
    const commit = await repository.commit(merge);
    expect(commit).toMatchObject({
      id: merge, parents: [first, side], message: 'Zusammengeführt\n\nmit Text\n',
      author: { name: 'Ada Example', email: 'ada@example.com', atMs: 1_700_000_000_000 },
    });
    const entries = await repository.tree(commit.tree);
    expect(entries.map(({ name, kind: is }) => [name, is])).toEqual([['a.yaml', 'file'], ['b.yaml', 'file'], ['deep', 'tree'], ['ünï.yaml', 'file']]);
    const last = entries[3];
    expect(last && Buffer.from(await repository.blob(last.id)).toString()).toBe('ü: 1\n');
  });

  test('names each kind of entry, and lets look-alikes stand', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const blob = await writeObject(builder.path, 'blob', Buffer.from('x'));
    const names = ['100644 a', '100755 b', '120000 c', '160000 d', '40000 e', '100664 f', '100644 Twin', '100644 twin', '100644 \u00e9', '100644 e\u0301'];
    const tree = await writeObject(builder.path, 'tree', Buffer.concat(names.map((one) => treeEntry(one.split(' ')[0] ?? '', one.split(' ')[1] ?? '', blob))));
    expect((await repository.tree(tree)).map((entry) => entry.kind)).toEqual(
      ['file', 'executable', 'symlink', 'submodule', 'tree', 'file', 'file', 'file', 'file', 'file']);
  });

  test('reads an empty blob, an empty tree, and binary bytes', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const every = Buffer.from(Array.from({ length: 7_000 }, (_, index) => index % 256));
    const [empty, binary] = [await writeObject(builder.path, 'blob', Buffer.alloc(0)), await writeObject(builder.path, 'blob', every)];
    const tree = await writeObject(builder.path, 'tree', Buffer.alloc(0));
    expect((await repository.blob(empty)).length).toBe(0);
    expect(Buffer.from(await repository.blob(binary)).equals(every)).toBe(true);
    expect(await repository.tree(tree)).toEqual([]);
  });

  test('answers many readers at once, each with its own', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}.yaml`, `value: ${index}\n`.repeat(1 + (index % 50))]));
    const commit = await repository.commit(await builder.commit(files));
    const entries = await repository.tree(commit.tree);
    const texts = await Promise.all(entries.map(async ({ id }) => Buffer.from(await repository.blob(id)).toString()));
    expect(Object.fromEntries(entries.map(({ name }, index) => [name, texts[index]]))).toEqual(files);
  });

  test('refuses what is larger than its limits, and reads on', async () => {
    const { builder, repository } = await openNew(storeName, kind, { blobBytes: 1_000, treeEntries: 20 });
    const exact = await writeObject(builder.path, 'blob', Buffer.alloc(1_000, 1));
    const above = await writeObject(builder.path, 'blob', Buffer.alloc(1_001, 1));
    const bomb = await writeObject(builder.path, 'blob', Buffer.alloc(40 * 1024 * 1024));
    const tree = await writeObject(builder.path, 'tree', Buffer.concat(Array.from({ length: 21 }, (_, index) => treeEntry('100644', `f${index}`, exact))));
    const answers = await Promise.all([failureCode(repository.blob(above)), repository.blob(exact), failureCode(repository.blob(bomb)),
      failureCode(repository.tree(tree)), repository.blob(exact)]);
    expect(answers.map((answer) => (typeof answer === 'string' ? answer : answer.length))).toEqual(['too-large', 1_000, 'too-large', 'too-large', 1_000]);
  });

  test('a wrong kind is corrupt, a missing object is missing', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const id = await builder.commit({ 'a.yaml': 'a: 1\n' });
    expect(await failureCode(repository.tree(id))).toBe('corrupt');
    expect(await failureCode(repository.blob('1'.repeat(40) as typeof id))).toBe('missing-object');
  });

  test('closed is closed, and nothing opens where nothing is', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const id = await builder.commit({ 'a.yaml': 'a: 1\n' });
    await repository.commit(id);
    await repository.close();
    expect(await failureCode(repository.commit(id))).toBe('refused');
    expect(await failureCode(open(storeName, join(builder.path, 'nowhere')))).toBe('missing-object');
  });
}

function damage(storeName: StoreName, kind: BuilderKind): void {
  test('refuses trees that hold a name that no tree may hold', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const blob = await writeObject(builder.path, 'blob', Buffer.from('x'));
    const names = ['..', '.', '.git', '.GIT', '.Git ', 'git~1', 'GIT~2', '.g\u200cit', '.git::$INDEX_ALLOCATION', '', 'a/b', 'a\\b', 'a\rb', 'x'.repeat(256)];
    for (const name of names) {
      const tree = await writeObject(builder.path, 'tree', Buffer.concat([treeEntry('100644', 'fine.yaml', blob), treeEntry('100644', name, blob)]));
      expect([name, await failureCode(repository.tree(tree))]).toEqual([name, 'corrupt']);
    }
  });

  test('refuses names that are not UTF-8, duplicates, unknown modes, and a cut tree', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const blob = await writeObject(builder.path, 'blob', Buffer.from('x'));
    const good = treeEntry('100644', 'a', blob);
    const bad = [treeEntry('100644', Buffer.from([0x66, 0xff]), blob), Buffer.concat([good, good]), treeEntry('777', 'a', blob), good.subarray(0, -3), Buffer.from('100644')];
    for (const bytes of bad) {
      expect(await failureCode(repository.tree(await writeObject(builder.path, 'tree', bytes)))).toBe('corrupt');
    }
  });

  test('refuses malformed commits and tags', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const tree = await writeObject(builder.path, 'tree', Buffer.alloc(0));
    for (const text of ['', 'tree nonsense\n\n', `tree ${tree}\nauthor nobody\n\n`, `tree ${tree}\nparent short\nauthor A <a@b> 1 +0000\n\n`]) {
      expect(await failureCode(repository.commit(await writeObject(builder.path, 'commit', Buffer.from(text))))).toBe('corrupt');
    }
    expect(await failureCode(repository.resolve(await writeObject(builder.path, 'tag', Buffer.from('type commit\n\n'))))).toBe('corrupt');
  });

  test('bytes that do not hash to their id are corrupt, and other objects stay readable', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const good = await writeObject(builder.path, 'blob', Buffer.from('good'));
    const swapped = await writeObject(builder.path, 'blob', Buffer.from('evil'), objectIdOf('blob', Buffer.from('honest')));
    const noise = objectIdOf('blob', Buffer.from('noise'));
    await writeObject(builder.path, 'blob', Buffer.from('noise'));
    const file = join(builder.path, 'objects', noise.slice(0, 2), noise.slice(2));
    await chmod(file, 0o644);
    await writeFile(file, 'no zlib at all');
    const answers = await Promise.all([failureCode(repository.blob(swapped)), failureCode(repository.blob(good)), failureCode(repository.blob(noise)), failureCode(repository.blob(good))]);
    // Git itself does not count an object whose first bytes are noise.
    expect(answers).toEqual(['corrupt', 'no failure', storeName === 'native' ? 'missing-object' : 'corrupt', 'no failure']);
  });

  test('a branch whose commit is missing says so', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    await builder.commit({ 'a.yaml': 'a: 1\n' });
    await writeFile(join(builder.path, 'refs/heads/broken'), `${'2'.repeat(40)}\n`);
    expect(await failureCode(repository.resolve('broken'))).toBe('missing-object');
  });

  test.skipIf(!systemGit)('reads a packed repository, and says so when the pack is cut [needs: system git]', async () => {
    const { builder, repository } = await openNew(storeName, kind);
    const id = await builder.commit(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}.yaml`, `value: ${index}\n`.repeat(40)])));
    await repository.resolve('main');
    runSystemGit(builder.path, ['gc', '--quiet', '--prune=now']);
    const { tree } = await repository.commit(await repository.resolve('main'));
    const entries = await repository.tree(tree);
    expect((await Promise.all(entries.map((entry) => repository.blob(entry.id)))).length).toBe(50);
    expect(await repository.resolve('main')).toBe(id);

    const folder = join(builder.path, 'objects/pack');
    const pack = (await readdir(folder)).find((name) => name.endsWith('.pack')) ?? '';
    await chmod(join(folder, pack), 0o644);
    await truncate(join(folder, pack), 200);
    const cut = await open(storeName, builder.path);
    expect(['corrupt', 'missing-object']).toContain(await failureCode(cut.resolve('main').then((head) => cut.commit(head)).then((commit) => cut.tree(commit.tree))
      .then((all) => Promise.all(all.map((entry) => cut.blob(entry.id))))));
  });
}
