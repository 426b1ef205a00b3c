import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout, prune, type CheckoutResult } from '../../../agent/operations/checkout/index.ts';
import { temporaryFolder } from '../../git/folders.ts';
import { bundleOf, bundleOfBytes, serve, treeOf, type Bundle } from './archives.ts';

const ordinary = [
  { name: 'bin/start', mode: 0o755, content: '#!/bin/sh\n' },
  { name: 'public/index.html', content: '<p>hello</p>' },
  { name: 'current', type: 'symlink' as const, linkname: 'public/index.html' },
];

interface Asked {
  readonly bundle: Bundle;
  readonly url: string;
  readonly into?: string;
  readonly signal?: AbortSignal;
  readonly fetchTimeoutMs?: number;
}

async function attempt({ bundle, url, into, signal, fetchTimeoutMs }: Asked): Promise<{ result: CheckoutResult; into: string }> {
  const folder = into ?? join(await temporaryFolder(), 'versions');
  const result = await checkout({
    url, digest: bundle.digest, bytes: bundle.bytes, into: folder,
    signal: signal ?? new AbortController().signal, fetchTimeoutMs: fetchTimeoutMs ?? 20_000,
  });
  return { result, into: folder };
}

const hexOf = (bundle: Bundle): string => bundle.digest.slice('sha256:'.length);

describe('a bundle that arrives', () => {
  it('stands whole under its digest, with plain modes', async () => {
    const bundle = await bundleOf(ordinary);
    const { result, into } = await attempt({ bundle, url: await serve(bundle.body) });
    expect(result).toEqual({ kind: 'done', directory: join(into, hexOf(bundle)) });
    expect(await readdir(into)).toEqual([hexOf(bundle)]);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    expect(await treeOf(join(into, hexOf(bundle)))).toEqual({
      'bin/start': `755 ${base64('#!/bin/sh\n')}`, 'public/index.html': `644 ${base64('<p>hello</p>')}`, 'current': '-> public/index.html',
    });
  });

  it('is not fetched twice', async () => {
    const bundle = await bundleOf(ordinary);
    let served = 0;
    const url = await serve(bundle.body, (response, body) => {
      served += 1;
      response.end(body);
    });
    const { into } = await attempt({ bundle, url });
    expect((await attempt({ bundle, url, into })).result.kind).toBe('done');
    expect(served).toBe(1);
  });

  it('is the same for two that ask at once', async () => {
    const bundle = await bundleOf(ordinary);
    const url = await serve(bundle.body);
    const into = join(await temporaryFolder(), 'versions');
    const both = await Promise.all([attempt({ bundle, url, into }), attempt({ bundle, url, into })]);
    expect(both.map(({ result }) => result.kind)).toEqual(['done', 'done']);
    expect(await readdir(into)).toEqual([hexOf(bundle)]);
  });

  it('loses special mode bits, owner and times', async () => {
    const bundle = await bundleOf([
      { name: 'run', mode: 0o6755, uid: 4242, gid: 4242, mtime: new Date(1000), content: 'x' },
      { name: 'open', mode: 0o1666, content: 'y' }, { name: 'folder', type: 'directory', mode: 0o1777 },
    ]);
    const { into } = await attempt({ bundle, url: await serve(bundle.body) });
    const modeOf = async (name: string): Promise<string> => ((await stat(join(into, hexOf(bundle), name))).mode & 0o7777).toString(8);
    expect(await Promise.all(['run', 'open', 'folder'].map(modeOf))).toEqual(['755', '644', '755']);
    expect((await stat(join(into, hexOf(bundle), 'run'))).uid).toBe(process.getuid?.());
  });
});

describe('a bundle that does not arrive', () => {
  const flawed: readonly (readonly [string, (response: ServerResponse, body: Buffer) => void, RegExp])[] = [
    ['403', (response) => response.writeHead(403).end('no'), /403: the link/],
    ['404', (response) => response.writeHead(404).end(), /answered 404/],
    ['503', (response) => response.writeHead(503).end(), /answered 503/],
    ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end(), /302; redirects are not followed/],
    ['a body that breaks off, with its length', (response, body) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 50), () => response.destroy());
    }, /could not be fetched/],
    ['a body that breaks off, without its length', (response, body) => response.write(body.subarray(0, 50), () => response.end()), /broke off after 50 of/],
    ['more than was announced', (response, body) => response.write(Buffer.concat([body, Buffer.alloc(100_000)])), /more than the \d+ bytes/],
    ['another length', (response, body) => response.writeHead(200, { 'content-length': body.length + 1 }).end(Buffer.concat([body, Buffer.alloc(1)])), /announces/],
    ['other bytes', (response, body) => response.end(Buffer.from(body).fill(0, 20, 25)), /digest/],
    ['an encoding', (response, body) => response.writeHead(200, { 'content-encoding': 'br' }).end(body), /encoded/],
    ['nothing at all', (response) => response.destroy(), /could not be fetched/],
  ];

  it.each(flawed)('is tried again after %s, and nothing is left', async (_what, answer, why) => {
    const bundle = await bundleOf(ordinary);
    const { result, into } = await attempt({ bundle, url: await serve(bundle.body, answer) });
    expect(result).toMatchObject({ kind: 'again', why: expect.stringMatching(why) });
    expect(await readdir(into)).toEqual([]);
  });

  it('is tried again when it drips too slowly', async () => {
    const bundle = await bundleOf(ordinary);
    const url = await serve(bundle.body, (response, body) => {
      let at = 0;
      const timer = setInterval(() => response.write(body.subarray(at, (at += 1))), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { result, into } = await attempt({ bundle, url, fetchTimeoutMs: 300 });
    expect(result).toEqual({ kind: 'again', why: 'the bundle did not arrive within 300 ms' });
    expect(await readdir(into)).toEqual([]);
  });

  it('is called off while the server is silent, and leaves nothing', async () => {
    const bundle = await bundleOf(ordinary);
    const controller = new AbortController();
    const url = await serve(bundle.body, () => controller.abort());
    const { result, into } = await attempt({ bundle, url, signal: controller.signal });
    expect(result).toEqual({ kind: 'again', why: 'the checkout was called off' });
    expect(await readdir(into)).toEqual([]);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', '/bundles/relative', 'http://127.0.0.1:1/closed'])('is not had from %s', async (url) => {
    const { result } = await attempt({ bundle: await bundleOf(ordinary), url });
    expect(result.kind).toBe('again');
  });

  it('is tried again when it cannot be stored', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'versions'), 'a file');
    const bundle = await bundleOf(ordinary);
    const { result } = await attempt({ bundle, url: await serve(bundle.body), into: join(folder, 'versions') });
    expect(result).toMatchObject({ kind: 'again', why: expect.stringMatching(/could not be stored/) });
  });

  it('is refused unfetched when it is larger than any bundle may be', async () => {
    const bundle = { ...await bundleOf(ordinary), bytes: 2 ** 40 };
    const { result } = await attempt({ bundle, url: 'http://127.0.0.1:1/' });
    expect(result).toMatchObject({ kind: 'refused' });
  });

  it('does not take a link for a version', async () => {
    const bundle = await bundleOf(ordinary);
    const into = await temporaryFolder();
    await symlink('/etc', join(into, hexOf(bundle)));
    const { result } = await attempt({ bundle, url: await serve(bundle.body), into });
    expect(result.kind).toBe('again');
    expect((await readdir(into)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('pruning', () => {
  it('keeps what is named and removes the rest, left-overs and hardened folders too', async () => {
    const [kept, old] = [await bundleOf(ordinary), await bundleOf([{ name: 'locked/file', content: 'x' }])];
    const { into } = await attempt({ bundle: kept, url: await serve(kept.body) });
    await attempt({ bundle: old, url: await serve(old.body), into });
    await chmod(join(into, hexOf(old), 'locked'), 0o500);
    await mkdir(join(into, '.new-left'));
    await writeFile(join(into, '.fetch-left'), 'half');
    await writeFile(join(into, 'state.json'), '{}');
    await prune(into, [kept.digest]);
    expect((await readdir(into)).sort()).toEqual([hexOf(kept), 'state.json'].sort());
  });

  it('finds nothing to do where nothing is', async () => {
    await expect(prune(join(await temporaryFolder(), 'absent'), [])).resolves.toBeUndefined();
  });
});

it('bytes that are no archive are refused', async () => {
  const bundle = bundleOfBytes(Buffer.from('this is neither gzip nor tar'));
  const { result, into } = await attempt({ bundle, url: await serve(bundle.body) });
  expect(result).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/cannot be read/) });
  expect(await readdir(into)).toEqual([]);
});
