import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundleLimits } from '../../schemas/messages/bundle.ts';
import { BundleRefused } from '../../reconciler/artifacts/refusal.ts';
import { temporaryFolder } from '../git/folders.ts';
import { allStores, pack } from './pack.ts';
import { makeRepository, type Files } from './repositories.ts';

const ordinary: Files = {
  'bin/start': { content: '#!/bin/sh\nexec node server.js\n', mode: '100755' },
  'server.js': 'console.log("hello")\n',
  'empty': '',
  'a.b': 'before a/', 'a/b': 'after a.b', 'a0': 'after a/',
  'public/ünïcødé – 名前.txt': 'unicode\n',
  [`deep/${'folder-with-a-long-name/'.repeat(8)}file`]: 'a path that fits no plain tar header\n',
  'current': { link: 'public/../server.js' },
  'public/up': { link: '..' },
  'dangling': { link: 'not/there/yet' },
};

describe.each(allStores.map((store) => [store.name, store] as const))('bundles packed through the %s store', (_name, store) => {
  async function packed(files: Files, limits = bundleLimits): Promise<ReturnType<typeof pack>> {
    const repository = await makeRepository(await temporaryFolder());
    return pack(store, repository.path, await repository.tree(files), limits);
  }

  async function refusal(files: Files, limits = bundleLimits): Promise<string> {
    const outcome = await packed(files, limits).then(() => 'packed', (error: unknown) => error);
    expect(outcome).toBeInstanceOf(BundleRefused);
    return (outcome as BundleRefused).message;
  }

  it('have the same bytes every time, and say how many and which', async () => {
    const [one, other] = [await packed(ordinary), await packed(ordinary)];
    const bytes = await readFile(one.file);
    expect(bytes.equals(await readFile(other.file))).toBe(true);
    expect(one.bytes).toBe(bytes.length);
    expect(one.digest).toBe(other.digest);
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(one.digest);
  });

  it('carry neither time nor owner nor machine', async () => {
    const { file } = await packed(ordinary);
    const bytes = await readFile(file);
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    const listing = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc', '--full-time', '--quoting-style=literal', '--file', file], { encoding: 'utf8' });
    const lines = listing.trim().split('\n');
    expect(lines).toHaveLength(Object.keys(ordinary).length);
    for (const line of lines) expect(line).toMatch(/^(?:-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) 0\/0 .*1970-01-01 00:00:00/);
    expect(lines.filter((line) => line.startsWith('-rwx')).map((line) => line.split(' ').at(-1))).toEqual(['bin/start']);
  });

  it('are sorted by the bytes of their paths', async () => {
    const { file } = await packed(ordinary);
    const names = execFileSync('tar', ['--list', '--quoting-style=literal', '--file', file], { encoding: 'utf8' }).trim().split('\n');
    const sorted = [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(names).toEqual(sorted);
    expect(names).toContain(`deep/${'folder-with-a-long-name/'.repeat(8)}file`);
  });

  it('hold what the commit holds, whatever .gitattributes asks for', async () => {
    const files = { '.gitattributes': '* export-subst\nsecret export-ignore\n', 'version': '$Format:%H$\n', 'secret': 'kept\n' };
    const tar = gunzipSync(await readFile((await packed(files)).file)).toString('latin1');
    expect(tar).toContain('$Format:%H$');
    expect(tar).toContain('kept');
  });

  it.each<[string, Files, RegExp]>([
    ['a link to an absolute path', { 'a/etc': { link: '/etc/passwd' } }, /"a\/etc".*absolute/],
    ['a link that leaves', { 'a/up': { link: '../../x' } }, /"a\/up".*leads out/],
    ['a link that leaves and comes back', { 'up': { link: '../bundle/x' } }, /"up".*leads out/],
    ['a link that leaves through another link', { 'a/b': { link: '..' }, 'c': { link: 'a/b/../x' } }, /"c".*leads out/],
    ['a link to itself', { 'self': { link: 'self' } }, /"self".*circle/],
    ['links in a circle', { 'one': { link: 'other' }, 'other': { link: 'one' } }, /circle/],
    ['a chain of 41 links', Object.fromEntries(Array.from({ length: 42 }, (_, at) => [`l${at}`, { link: `l${at + 1}` }])), /"l0".*too many links/],
    ['a link with a backslash', { 'back': { link: '..\\..\\x' } }, /"back".*plain relative path/],
    ['a submodule', { 'vendor/lib': { submodule: 'a'.repeat(40) } }, /"vendor\/lib" is a Git submodule/],
    ['case twins', { 'Read.me': '1', 'read.ME': '2' }, /"Read.me" and "read.ME" differ only in case/],
    ['case twins by their folders', { 'Lib/a': '1', 'lib/b': '2' }, /"Lib" and "lib"/],
    ['twins in Unicode form', { 'caf\u00e9': '1', 'cafe\u0301': '2' }, /"caf(?:\u00e9|e\u0301)" and "caf(?:\u00e9|e\u0301)" differ/],
    ['an LFS pointer', { 'model.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 10000000000\n' }, /"model.bin" is a Git LFS pointer/],
    ['no file at all', {}, /no file/],
  ])('refuse %s, and name it', async (_what, files, message) => {
    expect(await refusal(files)).toMatch(message);
  });

  it('refuse what exceeds the limits, and say which', async () => {
    const limits = { entries: 4, tarBytes: 8192, pathBytes: 20, depth: 3 };
    expect(await refusal({ 1: '', 2: '', 3: '', 4: '', 5: '' }, limits)).toMatch(/more than 4 files/);
    expect(await refusal({ big: 'x'.repeat(9000) }, limits)).toMatch(/larger than 8192 bytes/);
    expect(await refusal({ 'name-of-21-characters': '' }, limits)).toMatch(/longer than 20 bytes/);
    expect(await refusal({ 'a/b/c/d': '' }, limits)).toMatch(/deeper than 3/);
  });

  it('refuse a content so dense that an agent would take it for a bomb', async () => {
    const zeros = new Uint8Array(5 * 1024 * 1024);
    const files = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`zeros-${at}`, { content: zeros, mode: '100644' as const }]));
    expect(await refusal(files)).toMatch(/that dense/);
  });

  it('let a large text through that only mentions LFS', async () => {
    const text = `version https://git-lfs.github.com/spec/v1\n${'about pointers '.repeat(100)}`;
    await expect(packed({ 'about.md': text })).resolves.toMatchObject({ bytes: expect.any(Number) });
  });
});

it('both stores pack one content into one bundle', async () => {
  const repository = await makeRepository(await temporaryFolder());
  const tree = await repository.tree(ordinary);
  const digests = await Promise.all(allStores.map(async (store) => (await pack(store, repository.path, tree)).digest));
  expect(new Set(digests).size).toBe(1);
});
