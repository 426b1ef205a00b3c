import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenOperator, type Listener } from '../../reconciler/server/listen.ts';
import { operatorFixture } from './operator-fixture.ts';
import { sendRaw } from './sockets.ts';

let directory: string;
let listener: Listener;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stratos-console-'));
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'outside');
  await writeFile(join(directory, 'dist/index.html'), '<!doctype html><title>Stratos</title>');
  await writeFile(join(directory, 'dist/assets/main-1a2b.js'), 'export {};');
  listener = await listenOperator(operatorFixture({ consoleDirectory: join(directory, 'dist') }).operator, { host: '127.0.0.1', port: 0, portVariable: 'STRATOS_HTTP_PORT' });
});

afterAll(async () => {
  await listener.close();
  await rm(directory, { recursive: true });
});

describe('the console', () => {
  test.each(['/', '/index.html'])('%s is the page, asked for again each time, and runs only what comes from here', async (path) => {
    const response = await fetch(`${listener.url}${path}`);
    expect([response.status, await response.text(), response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([200, '<!doctype html><title>Stratos</title>', 'text/html; charset=utf-8', 'no-cache']);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) expect(policy.split('; ')).toContain(part);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  test('assets are kept for good', async () => {
    const response = await fetch(`${listener.url}/assets/main-1a2b.js`);
    expect([response.status, await response.text(), response.headers.get('cache-control')]).toEqual([200, 'export {};', 'public, max-age=31536000, immutable']);
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('what is not there is 404, and is not kept', async () => {
    for (const path of ['/assets/gone.js', '/other', '/assets/']) {
      const response = await fetch(`${listener.url}${path}`);
      expect([response.status, response.headers.get('cache-control'), response.headers.get('content-type')]).toEqual([404, 'no-store', 'application/problem+json']);
      await response.text();
    }
  });

  test('the API stands beside it', async () => {
    expect((await fetch(`${listener.url}/api/v1/status`)).headers.get('content-type')).toBe('application/json');
  });

  test.each(['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt', '//secret.txt', '/assets/%00'])('%s does not lead outside', async (path) => {
    const answer = await sendRaw(listener.port, `GET ${path} HTTP/1.1\r\nHost: localhost:${listener.port}\r\nConnection: close\r\n\r\n`);
    expect([404, 400]).toContain(answer.status);
    expect(answer.text).not.toContain('outside');
  });
});

test('a console that was not built says so, and the API answers', async () => {
  for (const consoleDirectory of [null, join(directory, 'none')]) {
    const { get } = operatorFixture({ consoleDirectory });
    const response = await get('/');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(await response.text()).toContain('has not been built');
    expect((await get('/api/v1/status')).status).toBe(200);
  }
});
