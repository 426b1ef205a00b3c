import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AgentDoor } from '../../reconciler/contracts/view.ts';
import { createAgentApp } from '../../reconciler/server/agent.ts';
import { byteRange } from '../../reconciler/server/byte-range.ts';
import { listenAgents, type Listener } from '../../reconciler/server/listen.ts';
import { faultsOf } from './schema-check.ts';
import { until } from './sockets.ts';

const hex = 'ab'.repeat(32);
const missing = 'cd'.repeat(32);
const lost = 'ef'.repeat(32);
const signed = 'member=shop-web-0-0-1&expires=1795305600&signature=good';
const bytes = randomBytes(3_000_000);

let directory: string;
let listener: Listener;
const answered: { status: number; bytes: number }[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stratos-bundles-'));
  await writeFile(join(directory, hex), bytes);
  const door: AgentDoor = {
    authorizeBundle: ({ member, signature }) => {
      if (member === 'crash') throw new Error('no key at /etc/keys');
      return member === 'shop-web-0-0-1' && signature === 'good';
    },
    bundleFile: (digest) => Promise.resolve(digest === `sha256:${missing}` ? null : { path: join(directory, digest.slice('sha256:'.length)), bytes: bytes.length }),
  };
  const app = createAgentApp(door, { onAnswered: (of) => answered.push(of), onError: (error) => errors.push(error) });
  listener = await listenAgents(app, { host: '127.0.0.1', port: 0, portVariable: 'STRATOS_AGENT_PORT' });
});

afterAll(async () => {
  await listener.close();
  await rm(directory, { recursive: true });
});

beforeEach(() => {
  answered.length = 0;
  errors.length = 0;
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => fetch(`${listener.url}${path}`, { headers, method });
const bundle = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => get(`/bundles/${hex}?${signed}`, headers, method);

/** Files of the directory that this process has open. */
async function openFiles(): Promise<number> {
  const { readlink } = await import('node:fs/promises');
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((link) => link.startsWith(directory)).length;
}

describe('a bundle', () => {
  test('comes whole, with its digest as ETag, and is counted', async () => {
    const response = await bundle();
    expect([response.status, response.headers.get('etag'), response.headers.get('content-length'), response.headers.get('accept-ranges')]).toEqual([200, `"sha256:${hex}"`, '3000000', 'bytes']);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answered).toEqual([{ status: 200, bytes: 3_000_000 }]);
  });

  test.each([
    ['bytes=0-9', 0, 10], ['bytes=2999990-', 2_999_990, 3_000_000], ['bytes=-5', 2_999_995, 3_000_000], ['bytes=100-99999999', 100, 3_000_000], ['bytes=-99999999', 0, 3_000_000],
  ])('comes in parts: %s', async (range, start, end) => {
    const response = await bundle({ range });
    expect([response.status, response.headers.get('content-range'), response.headers.get('content-length')]).toEqual([206, `bytes ${start}-${end - 1}/3000000`, String(end - start)]);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
  });

  test.each(['bytes=3000000-', 'bytes=-0', 'bytes=99999999-999999999'])('has no part %s: 416', async (range) => {
    const response = await bundle({ range });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */3000000']);
    expect(faultsOf('problem-details', await response.json())).toEqual([]);
  });

  test.each(['bytes=0-1,5-6', 'bytes=5-1', 'bytes=x', 'lines=0-1', 'bytes=', 'bytes=1'])('comes whole for a range that is none or several: %s', async (range) => {
    const response = await bundle({ range });
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length);
  });

  test('comes whole when the part was to be of another content', async () => {
    const [same, other] = await Promise.all([bundle({ range: 'bytes=0-1', 'if-range': `"sha256:${hex}"` }), bundle({ range: 'bytes=0-1', 'if-range': '"sha256:other"' })]);
    expect([same.status, other.status]).toEqual([206, 200]);
    await Promise.all([same.arrayBuffer(), other.arrayBuffer()]);
  });

  test('that the reader has is 304, and HEAD has no body', async () => {
    const [known, head] = await Promise.all([bundle({ 'if-none-match': `"sha256:${hex}"` }), bundle({}, 'HEAD')]);
    expect([known.status, await known.text()]).toEqual([304, '']);
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3000000', '']);
    expect(await openFiles()).toBe(0);
  });

  test('whose reader leaves half-way is closed', async () => {
    const socket = connect({ host: '127.0.0.1', port: listener.port });
    socket.on('error', () => {});
    socket.write(`GET /bundles/${hex}?${signed} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    expect(await openFiles()).toBe(1);
    socket.destroy();
    while ((await openFiles()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(errors).toEqual([]);
  });
});

describe('who may not have it', () => {
  test.each([
    ['no signature', `/bundles/${hex}`], ['a wrong one', `/bundles/${hex}?member=shop-web-0-0-1&expires=1&signature=bad`], ['another member', `/bundles/${hex}?member=other&expires=1&signature=good`],
    ['no expiry', `/bundles/${hex}?member=shop-web-0-0-1&signature=good`], ['two signatures', `/bundles/${hex}?${signed}&signature=good`], ['a digest that is none', `/bundles/..%2f..%2fetc%2fpasswd?${signed}`],
    ['a short digest', `/bundles/abab?${signed}`], ['capitals', `/bundles/${hex.toUpperCase()}?${signed}`], ['an endless signature', `/bundles/${hex}?member=shop-web-0-0-1&expires=1&signature=${'x'.repeat(1000)}`],
  ])('%s is 403, whether the bundle exists or not', async (_what, path) => {
    for (const wanted of [path, path.replace(hex, missing)]) {
      const response = await get(wanted);
      expect(response.status).toBe(403);
      expect(faultsOf('problem-details', await response.json())).toEqual([]);
    }
    expect(answered).toEqual([{ status: 403, bytes: 0 }, { status: 403, bytes: 0 }]);
  });

  test('a bundle that is not held, or was dropped a moment ago, is 404', async () => {
    for (const digest of [missing, lost]) expect((await get(`/bundles/${digest}?${signed}`)).status).toBe(404);
    expect(errors).toEqual([]);
  });

  test('an inner failure says nothing of itself', async () => {
    const response = await get(`/bundles/${hex}?member=crash&expires=1&signature=good`);
    expect([response.status, (await response.text()).includes('/etc/keys'), String(errors[0])]).toEqual([500, false, 'Error: no key at /etc/keys']);
  });
});

test('there is nothing else at this listener', async () => {
  for (const path of ['/', '/bundles', '/bundles/', '/healthz', '/metrics', '/api/v1/status', '/api/v1/applications', '/webhooks/github/definitions', `/bundles/${hex}/more?${signed}`]) expect([path, (await get(path)).status]).toEqual([path, 404]);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await get(`/bundles/${hex}?${signed}`, {}, method)).status).toBe(405);
  await until(() => answered.length === 13);
});

test('a range is a part of the whole, or none', () => {
  fc.assert(fc.property(fc.nat(50), fc.oneof(fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => `bytes=${a}-${b}`), fc.nat(60).map((a) => `bytes=${a}-`), fc.nat(60).map((a) => `bytes=-${a}`), fc.string()), (size, header) => {
    const range = byteRange(header, size);
    if (typeof range === 'string') return;
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThan(size);
  }));
});
