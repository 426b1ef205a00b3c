import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProblemDetails } from '../../schemas/api/bodies.generated.ts';
import { hostCheck } from '../../reconciler/server/host.ts';
import { operatorFixture } from './operator-fixture.ts';
import { faultsOf } from './schema-check.ts';

describe('the Host header', () => {
  test.each(['localhost:8088', '127.0.0.1:8088', '[::1]:8088', 'LOCALHOST:8088', 'stratos.example.com', 'stratos.example.com:443'])('%s is answered', (host) => {
    expect(hostCheck('https://stratos.example.com/console')(host, 8088)).toBe(true);
  });

  test.each([
    undefined, '', 'evil.example', 'evil.example:8088', 'localhost', 'localhost:8089', 'localhost:80', '127.0.0.1.evil.example:8088', 'localhost.evil.example:8088', 'localhost.:8088', '0.0.0.0:8088',
    '[::2]:8088', 'stratos.example.com:8088', 'localhost:8088, evil.example', 'a@localhost:8088', '127.1:8088', '[::1',
  ])('%s is not', (host) => {
    expect(hostCheck('https://stratos.example.com')(host, 8088)).toBe(false);
  });

  test('a public URL with a port is answered with that port only', () => {
    const check = hostCheck('http://stratos.lan:9000');
    expect([check('stratos.lan:9000', 8088), check('stratos.lan', 8088), check('stratos.lan:80', 8088)]).toEqual([true, false, false]);
  });

  test('on port 80 the port may be left out', () => {
    expect(hostCheck(null)('localhost', 80)).toBe(true);
  });

  test('no other name passes', () => {
    fc.assert(fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.string()), fc.constantFrom('', ':8088', ':80'), (name, port) => {
      fc.pre(!['localhost', '127.0.0.1', '[::1]'].includes(name.toLowerCase()));
      expect(hostCheck('https://stratos.example.com')(`${name}${port}`, 8088)).toBe(name.toLowerCase() === 'stratos.example.com' && port === '');
    }));
  });

  test('of another site is refused before anything is looked at, on pages, API and webhooks', async () => {
    const { operator, view } = operatorFixture();
    for (const [path, method] of [['/', 'GET'], ['/api/v1/applications', 'GET'], ['/webhooks/github/definitions', 'POST'], ['/none', 'DELETE']] as const) {
      const response = await operator.app.request(path, { method, headers: { host: 'evil.example' } });
      expect([path, response.status]).toEqual([path, 421]);
      expect(faultsOf('problem-details', await response.json())).toEqual([]);
    }
    expect(view.asked.applications).toBe(0);
  });
});

describe('verbs', () => {
  const paths = ['/healthz', '/readyz', '/metrics', '/api/v1/status', '/api/v1/applications/shop', '/api/v1/events', '/api/v1/openapi.json', '/api/v1/none', '/'];
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is 405 with Allow on every path', async (method) => {
    const { operator } = operatorFixture();
    for (const path of paths) {
      const response = await operator.app.request(path, { method, headers: { host: 'localhost' } });
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
      expect(faultsOf('problem-details', await response.json())).toEqual([]);
    }
  });

  test.each(['GET', 'HEAD', 'PUT'])('%s on a webhook is 405: it is sent with POST', async (method) => {
    const { operator } = operatorFixture();
    const response = await operator.app.request('/webhooks/github/definitions', { method, headers: { host: 'localhost' } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('HEAD answers with the headers of GET and no body', async () => {
    const { operator, get } = operatorFixture();
    for (const path of ['/healthz', '/api/v1/status', '/api/v1/applications/shop', '/api/v1/none']) {
      const [head, full] = [await operator.app.request(path, { method: 'HEAD', headers: { host: 'localhost:8088' } }), await get(path)];
      expect([head.status, await head.text()]).toEqual([full.status, '']);
      for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
  });
});

describe('answers', () => {
  test('nothing at a path is 404 as problem details', async () => {
    const { get } = operatorFixture();
    for (const path of ['/none', '/api', '/api/v1', '/api/v1/applications/', '/api/v2/status', '/API/v1/status', '/api/v1/status/', '/.git/config', '/assets/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
      expect(faultsOf('problem-details', await response.json())).toEqual([]);
    }
  });

  test('carry headers that keep browsers from running or framing anything', async () => {
    const { get } = operatorFixture();
    for (const path of ['/', '/none', '/healthz', '/metrics', '/api/v1/status', '/api/v1/openapi.json', '/api/v1/applications?limit=x']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('an inner failure says nothing of itself', async () => {
    const { get, view, errors } = operatorFixture();
    view.problems = () => {
      throw new Error('password=hunter2 at /srv/secret.ts:12');
    };
    const response = await get('/api/v1/status');
    const problem = (await response.json()) as ProblemDetails;
    expect(response.status).toBe(500);
    expect(faultsOf('problem-details', problem)).toEqual([]);
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret|\.ts/);
    expect(String(errors[0])).toContain('hunter2');
  });

  test('any path and query gets an answer that is no inner failure', async () => {
    const { get, errors } = operatorFixture();
    const segment = fc.oneof(fc.constantFrom('api', 'v1', 'applications', 'definitions', 'plan', 'events', 'Cartridge', 'shop', '..', '%00', '%', '%e0%a4%a', '__proto__', 'constructor'), fc.webSegment());
    const query = fc.oneof(fc.constant(''), fc.constantFrom('tenant', 'limit', 'after', 'since', 'application', '__proto__').chain((key) => fc.string().map((value) => `?${key}=${encodeURIComponent(value.toWellFormed())}`)), fc.webQueryParameters().map((text) => `?${text}`));
    await fc.assert(fc.asyncProperty(fc.array(segment, { maxLength: 5 }), query, async (segments, search) => {
      const response = await get(`/${segments.join('/')}${search}`);
      expect([200, 400, 404]).toContain(response.status);
      if (response.status !== 200 && response.headers.get('content-type') !== 'text/plain; charset=utf-8') expect(faultsOf('problem-details', await response.json())).toEqual([]);
    }), { numRuns: 500 });
    expect(errors).toEqual([]);
  });
});
