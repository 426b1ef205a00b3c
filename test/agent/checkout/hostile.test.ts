import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { checkout } from '../../../agent/operations/checkout/index.ts';
import { temporaryFolder } from '../../git/folders.ts';
import { bundleOf, bundleOfBytes, serve, tarOf, treeOf, type Bundle, type TarEntry } from './archives.ts';

const file = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({ content: 'x', ...more, name });
const link = (name: string, linkname: string): TarEntry => ({ name, linkname, type: 'symlink' });

const hostile: readonly (readonly [string, readonly TarEntry[], RegExp])[] = [
  ['an absolute path', [file('/evil')], /absolute/],
  ['a path through ..', [file('../evil')], /"\.\."/],
  ['a path through .. in the middle', [file('a/../../evil')], /"\.\."/],
  ['a path through .', [file('./a')], /"\."/],
  ['an empty name in the path', [file('a//b')], /empty name/],
  ['a NUL in the path', [file('a', { pax: { path: 'a\0b' } })], /NUL/],
  ['a backslash in the path', [file('..\\evil')], /backslash/],
  ['a name of 300 bytes', [file('n'.repeat(300))], /longer than 255/],
  ['a path of 2,000 bytes', [file(Array.from({ length: 20 }, () => 'n'.repeat(100)).join('/'))], /longer than 1024/],
  ['a hundred folders', [file(Array.from({ length: 100 }, () => 'd').join('/'))], /deeper than/],
  ['a path that is not UTF-8', [file('a\uFFFDb')], /UTF-8/],
  ['a hard link', [file('a'), { name: 'b', type: 'link', linkname: 'a' }], /hard link/],
  ['a hard link to the outside', [{ name: 'b', type: 'link', linkname: '/etc/passwd' }], /hard link/],
  ['a character device', [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }], /character-device/],
  ['a block device', [{ name: 'disk', type: 'block-device' }], /block-device/],
  ['a fifo', [{ name: 'pipe', type: 'fifo' }], /fifo/],
  ['a contiguous file', [{ name: 'old', type: 'contiguous-file', content: 'x' }], /contiguous-file/],
  ['a sparse file', [file('holes', { pax: { 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '1000000000000' } })], /sparse/],
  ['a link to an absolute path', [link('evil', '/etc')], /absolute/],
  ['a link that leaves', [link('a/evil', '../../outside')], /leads out/],
  ['a link that leaves through a link', [link('a/b', '..'), link('evil', 'a/b/../outside')], /leads out/],
  ['a link to itself', [link('self', 'self')], /circle/],
  ['a link without a target', [link('none', '')], /no target/],
  ['a file through a link', [link('evil', '.'), file('evil/x')], /cannot hold others/],
  ['a folder over a link', [link('evil', '.'), { name: 'evil/', type: 'directory' }], /twice/],
  ['a link over a file', [file('a'), link('a', 'b')], /twice/],
  ['a file over a link', [link('a', 'b'), file('a')], /twice/],
  ['a file twice', [file('a'), file('a')], /twice/],
  ['a file over a folder', [file('a/b'), file('a')], /twice/],
  ['a file below a file', [file('a'), file('a/b')], /cannot hold others/],
  ['case twins', [file('Read.me'), file('read.ME')], /"Read.me" and "read.ME"/],
  ['twins by their folders', [file('Lib/a'), file('lib/b')], /"Lib" and "lib"/],
  ['twins in Unicode form', [file('caf\u00e9'), file('cafe\u0301')], /would be one file/],
  ['a folder with content', [{ name: 'odd', type: 'directory', size: 512 }, file('inner')], /has content, but is no file/],
];

async function refusalOf(bundle: Bundle): Promise<string> {
  const outside = await temporaryFolder();
  const into = join(outside, 'versions');
  await writeFile(join(outside, 'canary'), 'untouched');
  const result = await checkout({ url: await serve(bundle.body), digest: bundle.digest, bytes: bundle.bytes, into, signal: new AbortController().signal, fetchTimeoutMs: 20_000 });
  expect(await readdir(into)).toEqual([]);
  expect(await treeOf(outside)).toEqual({ canary: expect.stringContaining(Buffer.from('untouched').toString('base64')) });
  return result.kind === 'refused' ? result.reason : `not refused, but ${result.kind}`;
}

it.each(hostile)('an archive with %s is refused, and nothing of it stays', async (_what, entries, reason) => {
  expect(await refusalOf(await bundleOf([file('before'), ...entries]))).toMatch(reason);
});

it('an archive of too many entries is refused', async () => {
  const entries = Array.from({ length: 50_001 }, (_, at): TarEntry => ({ name: 'd/', type: 'directory', mtime: new Date(at) }));
  expect(await refusalOf(await bundleOf([file('before'), ...entries.slice(0, 10)]))).toMatch(/twice/);
  const links = entries.map((_, at) => link(`l${at}`, 'before'));
  expect(await refusalOf(await bundleOf(links))).toMatch(/more than 50000 entries/);
});

it('a bomb of a thousand to one is refused', async () => {
  const zeros = await tarOf([file('zeros', { content: new Uint8Array(40 * 1024 * 1024) })]);
  const bundle = bundleOfBytes(gzipSync(zeros));
  expect(bundle.bytes * 500).toBeLessThan(zeros.length);
  expect(await refusalOf(bundle)).toMatch(/unpacks to more than/);
});

it('an archive that breaks off is refused, wherever it does', async () => {
  const tar = await tarOf([file('a', { content: 'y'.repeat(3000) }), file('b')]);
  for (const at of [300, 700, 3300, 3700]) expect(await refusalOf(bundleOfBytes(gzipSync(tar.subarray(0, at))))).toMatch(/cannot be read/);
  const compressed = gzipSync(tar);
  expect(await refusalOf(bundleOfBytes(compressed.subarray(0, compressed.length - 12)))).toMatch(/cannot be read/);
});

it('an archive whose header lies about its size is refused', async () => {
  const tar = await tarOf([file('a'), file('b')]);
  tar.write('77777777777', 124, 'latin1');
  let sum = 8 * 32;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += tar[at] ?? 0;
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  expect(await refusalOf(bundleOfBytes(gzipSync(tar)))).toMatch(/cannot be read/);
});
