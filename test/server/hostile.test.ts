import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listenOperator, type Listener } from '../../reconciler/server/listen.ts';
import { delivered, forgeNames, proofOf, pushes, type ForgeName } from './deliveries.ts';
import { operatorFixture, type Fixture } from './operator-fixture.ts';
import { faultsOf } from './schema-check.ts';
import { openSocket, readToEnd, sendRaw } from './sockets.ts';

let fixture: Fixture;
let listener: Listener;

beforeAll(async () => {
  fixture = operatorFixture();
  listener = await listenOperator(fixture.operator, { host: '127.0.0.1', port: 0, portVariable: 'STRATOS_HTTP_PORT' });
});

afterAll(() => listener.close());

beforeEach(() => {
  fixture.view.hints = [];
  fixture.view.deliveries.clear();
  fixture.errors.length = 0;
});

async function post(forge: ForgeName, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  return fetch(`${listener.url}/webhooks/${forge}/definitions`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

/** The process answers, and a good delivery is still taken. */
async function stillWorks(): Promise<void> {
  const body = JSON.stringify({ ...pushes.github, after: fixture.view.deliveries.size });
  expect((await post('github', body, proofOf('github', 'first secret', body))).status).toBe(202);
  expect(fixture.errors).toEqual([]);
}

/** Replaces what stands at a path in a payload. */
function replaced(payload: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof payload !== 'object' || payload === null) return payload;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(payload) ? [...payload] : { ...payload };
  (copy as Record<string, unknown>)[key] = replaced((payload as Record<string, unknown>)[key], rest, value);
  return copy;
}

function pathsIn(payload: unknown, path: readonly string[] = []): string[][] {
  if (typeof payload !== 'object' || payload === null) return [[...path]];
  return [[...path], ...Object.entries(payload).flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

const oddValues = fc.oneof(
  fc.constantFrom<unknown>(null, [], {}, '', 0, -1, true, [null], [[]], { href: null }, '__proto__', { __proto__: null, constructor: null }, 'x'.repeat(100_000), 'http://169.254.169.254/latest', 'http://[::ffff:127.0.0.1]/', 'https://xn--/', 'https://a@b:c@d/', '\u202e', 'refs/heads/../../x'),
  fc.jsonValue(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);

describe.each(forgeNames)('deliveries as from %s', (forge) => {
  const mutated = fc.record({ path: fc.constantFrom(...pathsIn(pushes[forge])), value: oddValues }).map(({ path, value }) => replaced(pushes[forge], path, value));

  test('with a value of any shape at any place are answered, and never as an inner failure', async () => {
    await fc.assert(fc.asyncProperty(mutated, fc.uuid(), async (payload, id) => {
      const body = JSON.stringify(payload);
      const response = await post(forge, body, { ...proofOf(forge, 'first secret', body), ...delivered(forge, id) });
      const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
      expect(isObject ? [202, 409] : [400]).toContain(response.status);
      expect(faultsOf(response.status === 202 ? 'webhook-answer' : 'problem-details', await response.json())).toEqual([]);
      for (const { repositoryUrl, reference } of fixture.view.hints) {
        expect(repositoryUrl ?? 'https://x').toMatch(/^(?:https?|ssh|git):\/\/[^\s]+$|^[\w.-]+@[\w.-]+:\S+$/);
        expect((repositoryUrl ?? '').length).toBeLessThanOrEqual(3 * 2048);
        expect(reference ?? 'refs/heads/x').toMatch(/^refs\/[^-/][^/]*\/\S+$/);
      }
      fixture.view.hints = [];
    }), { numRuns: 60 });
    await stillWorks();
  });

  test('with any bytes and any proof but the right one are refused and leave nothing', async () => {
    const proofs = fc.oneof(fc.constant({}), fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 0, maxLength: 70 }).map((hex) => ({
      'x-hub-signature-256': `sha256=${hex}`, 'x-hub-signature': `sha256=${hex}`, 'x-gitea-signature': hex, 'x-gitlab-token': hex, 'x-stratos-signature': `sha256=${hex}`, authorization: `Bearer ${hex}`,
    })));
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), proofs, async (bytes, headers) => {
      const response = await post(forge, new Uint8Array(bytes), headers as Record<string, string>);
      expect(response.status).toBe(401);
      await response.arrayBuffer();
    }), { numRuns: 60 });
    expect([fixture.view.hints, fixture.view.deliveries.size]).toEqual([[], 0]);
    await stillWorks();
  });
});

describe('bodies without end', () => {
  test('chunked: cut at 1 MiB, whatever is still to come', async () => {
    const headers = proofOf('github', 'first secret', '');
    const sent = await new Promise<{ status: number; bytes: number }>((resolve, reject) => {
      const outgoing = request(`${listener.url}/webhooks/github/definitions`, { method: 'POST', headers });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      let bytes = 0;
      let status = 0;
      const more = (): void => {
        while (!outgoing.destroyed && bytes < 200 * 1024 * 1024) {
          bytes += chunk.length;
          if (!outgoing.write(chunk)) return;
        }
      };
      outgoing.on('drain', more);
      outgoing.on('response', (answer) => {
        status = answer.statusCode ?? 0;
        answer.resume();
      });
      outgoing.on('error', () => {});
      outgoing.on('close', () => (status === 0 ? reject(new Error('closed without an answer')) : resolve({ status, bytes })));
      more();
    });
    expect(sent.status).toBe(413);
    expect(sent.bytes).toBeLessThan(200 * 1024 * 1024);
    await stillWorks();
  });

  test('declared at 51 MB: refused before they come', async () => {
    const answer = await readToEnd(openSocket(listener.port), [
      'POST /webhooks/github/definitions HTTP/1.1', `Host: localhost:${listener.port}`, 'Content-Length: 53477376', `X-Hub-Signature-256: sha256=${'0'.repeat(64)}`, '', '{"a":',
    ].join('\r\n'));
    expect(answer.status).toBe(413);
    expect(answer.text.toLowerCase()).toContain('connection: close');
    await stillWorks();
  });

  test('that break off leave nothing behind', async () => {
    const socket = openSocket(listener.port);
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.write([
      'POST /webhooks/github/definitions HTTP/1.1', `Host: localhost:${listener.port}`, 'Content-Length: 5000', `X-Hub-Signature-256: sha256=${'0'.repeat(64)}`, '', '{"a":',
    ].join('\r\n'), () => resolve()));
    socket.destroy();
    await stillWorks();
    expect(fixture.view.hints).toHaveLength(1);
  });

  test('a smuggled second request is no request', async () => {
    const answer = await sendRaw(listener.port, [
      'POST /webhooks/github/definitions HTTP/1.1', `Host: localhost:${listener.port}`, 'Content-Length: 6', 'Transfer-Encoding: chunked', '', '0', '', 'GET /api/v1/status HTTP/1.1', `Host: localhost:${listener.port}`, '', '',
    ].join('\r\n'));
    expect(answer.status).toBe(400);
    expect(answer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('heads', () => {
  test.each([
    ['a header of 64 KiB', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(64 * 1024)}\r\n\r\n`, 431],
    ['100,000 headers', `GET / HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(100_000)}\r\n`, 431],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 400],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['another Host', 'GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421],
    ['another port', 'GET /api/v1/status HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n', 421],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a backslash path', 'GET /\\..\\etc HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n', 405],
    ['an unknown verb', 'QUERY /api/v1/status HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n', 405],
    ['an upgrade', 'GET /healthz HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 200],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 0],
  ])('with %s', async (_what, head, status) => {
    const answer = sendRaw(listener.port, head.replaceAll('PORT', String(listener.port)).replace('Connection: Upgrade\r\n', 'Connection: close, Upgrade\r\n'));
    expect((await answer).status).toBe(status);
    await stillWorks();
  });
});

test('a good delivery is taken while a thousand bad ones come in', async () => {
  const flood = Array.from({ length: 1000 }, (_, index) => post('github', `{"n":${index}}`, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }).then(async (response) => {
    await response.arrayBuffer();
    return response.status;
  }));
  await stillWorks();
  expect(new Set(await Promise.all(flood))).toEqual(new Set([401]));
  expect(fixture.view.hints).toHaveLength(1);
});
