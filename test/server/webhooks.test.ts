import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WebhookAnswer } from '../../schemas/api/bodies.generated.ts';
import { delivered, forgeNames, proofOf, pushes, repository, type ForgeName } from './deliveries.ts';
import { operatorFixture, type Fixture } from './operator-fixture.ts';
import { faultsOf } from './schema-check.ts';

async function post(fixture: Fixture, path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return fixture.operator.app.request(`/webhooks/${path}`, { method: 'POST', body, headers: { host: 'localhost', 'content-type': 'application/json', ...headers } });
}

function send(fixture: Fixture, forge: ForgeName, of: { secret?: string; source?: string; id?: string; body?: string; headers?: Record<string, string> } = {}): Promise<Response> {
  const { secret = 'first secret', source = 'definitions', id, body = JSON.stringify(pushes[forge]), headers = {} } = of;
  return post(fixture, `${forge}/${source}`, body, { ...proofOf(forge, secret, body), ...(id === undefined ? {} : delivered(forge, id)), ...headers });
}

describe.each(forgeNames)('a delivery from %s', (forge) => {
  test('is accepted, and says what of its source is looked at again', async () => {
    const fixture = operatorFixture();
    const response = await send(fixture, forge, { id: '1' });
    expect(response.status).toBe(202);
    const answer = (await response.json()) as WebhookAnswer;
    expect(faultsOf('webhook-answer', answer)).toEqual([]);
    expect(answer).toMatchObject({ source: 'definitions', repository, reference: 'refs/heads/main', matched: ['source definitions'] });
    expect(fixture.view.hints).toEqual([{ source: 'definitions', repositoryUrl: repository, reference: 'refs/heads/main' }]);
  });

  test('says plainly when nothing matches', async () => {
    const fixture = operatorFixture();
    fixture.view.matches = [];
    expect(await (await send(fixture, forge)).json()).toMatchObject({ matched: [], detail: expect.stringContaining('Nothing of source definitions matches') });
  });

  test('may be proven by any secret of its source, so that secrets can be replaced', async () => {
    const fixture = operatorFixture();
    expect((await send(fixture, forge, { secret: 'second secret', id: '2' })).status).toBe(202);
    fixture.view.secrets.set('definitions', ['third secret']);
    expect((await send(fixture, forge, { secret: 'second secret', id: '3' })).status).toBe(401);
    expect((await send(fixture, forge, { secret: 'third secret', id: '3' })).status).toBe(202);
  });

  test('without proof, with a wrong one, and for an unknown source gets one and the same 401', async () => {
    const fixture = operatorFixture();
    const body = JSON.stringify(pushes[forge]);
    const answers = await Promise.all([
      post(fixture, `${forge}/definitions`, body),
      send(fixture, forge, { secret: 'wrong' }),
      send(fixture, forge, { secret: 'first secre' }),
      send(fixture, forge, { source: 'nobody' }),
      send(fixture, forge, { source: '__proto__' }),
      post(fixture, `${forge}/nobody`, body),
    ]);
    const seen = await Promise.all(answers.map(async (answer) => `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`));
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toMatch(/^401 .*www-authenticate/);
    expect(fixture.view.hints).toEqual([]);
    expect(fixture.view.deliveries.size).toBe(0);
  });

  test('is 403 for a source that has no secret, and an empty secret is none', async () => {
    const fixture = operatorFixture();
    fixture.view.secrets.set('empty', ['']);
    for (const source of ['open', 'empty']) {
      for (const secret of ['', 'first secret', 'undefined']) expect((await send(fixture, forge, { source, secret })).status).toBe(403);
    }
    expect(fixture.view.hints).toEqual([]);
  });

  test('is 409 when it comes again', async () => {
    const fixture = operatorFixture();
    expect((await send(fixture, forge, { id: 'same' })).status).toBe(202);
    const again = await send(fixture, forge, { id: 'same' });
    expect(again.status).toBe(409);
    expect(faultsOf('problem-details', await again.json())).toEqual([]);
    expect(fixture.view.hints).toHaveLength(1);
  });

  test('without an id is known by its body', async () => {
    const fixture = operatorFixture();
    expect((await send(fixture, forge)).status).toBe(202);
    expect((await send(fixture, forge)).status).toBe(409);
    expect((await send(fixture, forge, { body: '{"other": 1}' })).status).toBe(202);
  });
});

describe('a signed body', () => {
  test.each(['github', 'gitea', 'bitbucket', 'generic'] as const)('from %s sent again under another id is still a replay', async (forge) => {
    const fixture = operatorFixture();
    expect((await send(fixture, forge, { id: 'one' })).status).toBe(202);
    expect((await send(fixture, forge, { id: 'two' })).status).toBe(409);
    expect((await send(fixture, forge)).status).toBe(409);
  });

  test.each(['github', 'gitea', 'bitbucket', 'generic'] as const)('from %s is proven over the raw bytes: the same JSON written otherwise is not the same', async (forge) => {
    const fixture = operatorFixture();
    const body = JSON.stringify(pushes[forge]);
    const proof = proofOf(forge, 'first secret', body);
    for (const other of [`${body}\n`, JSON.stringify(pushes[forge], null, 1), body.replace('main', 'mai\\u006e')]) {
      expect((await post(fixture, `${forge}/definitions`, other, proof)).status).toBe(401);
    }
  });

  test('delivered to two sources is two deliveries', async () => {
    const fixture = operatorFixture();
    fixture.view.secrets.set('acme', ['first secret']);
    expect((await send(fixture, 'github', { id: 'one' })).status).toBe(202);
    expect((await send(fixture, 'github', { id: 'one', source: 'acme' })).status).toBe(202);
  });
});

describe('signatures', () => {
  const body = '{}';
  const sha256 = createHmac('sha256', 'first secret').update(body).digest('hex');
  const sha1 = createHmac('sha1', 'first secret').update(body).digest('hex');
  const md5ish = createHmac('sha256', 'first secret').update('').digest('hex');

  test.each([
    ['', 401], ['sha256=', 401], [`sha256=${sha256.slice(0, 63)}`, 401], [`sha256=${sha256}0`, 401], [`sha1=${sha1}`, 401], [`sha512=${sha256}`, 401], [sha256, 401],
    [`sha256=${md5ish}`, 401], [`sha256= ${sha256}`, 401], [`sha256=${sha256}, sha256=${sha256}`, 401], [`SHA256=${sha256.toUpperCase()}`, 202], [`sha256=${'0'.repeat(64)}`, 401],
  ])('%s is %i', async (signature, status) => {
    expect((await post(operatorFixture(), 'github/definitions', body, { 'x-hub-signature-256': signature })).status).toBe(status);
  });

  test('GitHub\'s older SHA-1 header alone proves nothing', async () => {
    expect((await post(operatorFixture(), 'github/definitions', body, { 'x-hub-signature': `sha1=${sha1}` })).status).toBe(401);
  });

  test('one forge\'s proof is no other forge\'s', async () => {
    for (const from of forgeNames) {
      for (const to of forgeNames.filter((forge) => forge !== from)) {
        expect([from, to, (await post(operatorFixture(), `${to}/definitions`, body, proofOf(from, 'first secret', body))).status]).toEqual([from, to, 401]);
      }
    }
  });

  test('a generic sender may show the secret as a bearer token', async () => {
    const fixture = operatorFixture();
    fixture.view.secrets.set('definitions', ['tok-en_1']);
    expect((await post(fixture, 'generic/definitions', body, { authorization: 'Bearer tok-en_1' })).status).toBe(202);
    expect((await post(fixture, 'generic/definitions', '{"again": 1}', { authorization: 'Bearer tok-en_2' })).status).toBe(401);
    expect((await post(fixture, 'generic/definitions', '{"again": 1}', { authorization: 'Basic tok-en_1' })).status).toBe(401);
    expect((await post(fixture, 'generic/definitions', '{"again": 1}', { authorization: 'Bearer tok-en_1', 'x-stratos-signature': 'sha256=00' })).status).toBe(401);
  });

  test('a secret that is replaced while the body comes in is the one that counts', async () => {
    const fixture = operatorFixture();
    let asked = 0;
    fixture.view.webhookSecrets = () => (asked++ === 0 ? ['first secret'] : ['new secret']);
    expect((await send(fixture, 'github')).status).toBe(401);
    expect((await send(fixture, 'github', { secret: 'new secret' })).status).toBe(202);
  });
});

describe('bodies', () => {
  test.each(['', '[]', 'null', '"text"', '{"a":', '1', '\u0000', '{"a":1}}'])('%j, proven, is 400 and nothing is recorded', async (body) => {
    const fixture = operatorFixture();
    expect((await send(fixture, 'github', { body })).status).toBe(400);
    expect([fixture.view.hints, fixture.view.deliveries.size]).toEqual([[], 0]);
  });

  test('that are no UTF-8 are 400', async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expect((await post(operatorFixture(), 'github/definitions', body, proofOf('github', 'first secret', body))).status).toBe(400);
  });

  test('may be a form with a payload, from the forges that send one', async () => {
    const fixture = operatorFixture();
    const body = new URLSearchParams({ payload: JSON.stringify(pushes.github) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await (await send(fixture, 'github', { body, headers })).json()).toMatchObject({ repository });
    expect((await send(fixture, 'bitbucket', { body, headers })).status).toBe(400);
    expect((await send(fixture, 'github', { body: 'other=1', headers })).status).toBe(400);
  });

  test('above 1 MiB are 413, exactly 1 MiB is read', async () => {
    const fixture = operatorFixture();
    const filled = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect((await send(fixture, 'github', { body: filled(1024 * 1024) })).status).toBe(202);
    expect((await send(fixture, 'github', { body: filled(1024 * 1024 + 1) })).status).toBe(413);
  });

  test('that are compressed are 415', async () => {
    expect((await send(operatorFixture(), 'github', { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  });

  test('that are held back by many senders at once are bounded together, and the room comes back', async () => {
    const fixture = operatorFixture();
    const finish: (() => void)[] = [];
    const held = Array.from({ length: 32 }, () => {
      const body = new ReadableStream({ start: (controller) => { controller.enqueue(new Uint8Array(1024 * 1024)); finish.push(() => controller.close()); } });
      return fixture.operator.app.fetch(new Request('http://localhost/webhooks/gitlab/definitions', { method: 'POST', body, duplex: 'half', headers: { host: 'localhost', 'x-gitlab-token': 'wrong' } }));
    });
    await new Promise((resolve) => setImmediate(resolve));
    const refused = await send(fixture, 'gitlab');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    for (const close of finish) close();
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([401]));
    expect((await send(fixture, 'gitlab')).status).toBe(202);
  });

  test('whose proof is missing are not read', async () => {
    const fixture = operatorFixture();
    let read = 0;
    const body = new ReadableStream({ pull: (controller) => { read += 1; controller.enqueue(new Uint8Array(1024)); } }, { highWaterMark: 0 });
    const request = new Request('http://localhost/webhooks/github/definitions', { method: 'POST', body, duplex: 'half', headers: { host: 'localhost' } });
    expect((await fixture.operator.app.fetch(request)).status).toBe(401);
    expect(read).toBe(0);
  });
});

describe('what a payload announces', () => {
  const cases: readonly (readonly [ForgeName, object, string | null, string | null])[] = [
    ['github', { ref: 'refs/tags/v1', repository: { ssh_url: 'git@github.com:acme/web.git' } }, 'git@github.com:acme/web.git', 'refs/tags/v1'],
    ['github', { zen: 'ping' }, null, null],
    ['gitlab', { ref: 'refs/heads/a/b', project: null, repository: { git_http_url: repository } }, repository, 'refs/heads/a/b'],
    ['bitbucket', { push: { changes: [] }, repository: { links: { clone: null, html: { href: 'https://bitbucket.org/acme/web' } } } }, 'https://bitbucket.org/acme/web', null],
    ['bitbucket', { changes: [{ ref: { id: 'refs/heads/x' } }], repository: { links: { clone: [null, 7, { href: repository }] } } }, repository, 'refs/heads/x'],
    ['bitbucket', { push: { changes: [{ new: null, old: { type: 'tag', name: 'v1' } }] } }, null, 'refs/tags/v1'],
    ['bitbucket', { push: { changes: [{ new: { name: 'a' } }, { new: { name: 'b' } }] } }, null, null],
    ['generic', { repository: 'https://user:pass@git.example.com/acme/web.git' }, repository, null],
    ['generic', { repository: 'ssh://git:pass@git.example.com/acme/web.git' }, 'ssh://git@git.example.com/acme/web.git', null],
    ['generic', { repository: 'javascript:alert(1)', reference: '--upload-pack=x' }, null, null],
    ['generic', { repository: 'file:///etc/passwd', reference: 'refs/-x/y' }, null, null],
    ['generic', { repository: 'ext::sh -c id', reference: 'refs/heads/a\nb' }, null, null],
    ['generic', { repository: `https://example.com/${'x'.repeat(100_000)}`, reference: `refs/heads/${'x'.repeat(300)}` }, null, null],
    ['generic', { repository: ['https://example.com/x'], reference: { toString: 'refs/heads/main' } }, null, null],
  ];
  test.each(cases)('%s %j', async (forge, payload, url, reference) => {
    const fixture = operatorFixture();
    const response = await send(fixture, forge, { body: JSON.stringify(payload) });
    expect(response.status).toBe(202);
    expect(fixture.view.hints).toEqual([{ source: 'definitions', repositoryUrl: url, reference }]);
    expect(faultsOf('webhook-answer', await response.json())).toEqual([]);
  });
});

test('an unknown forge is 404 with the nearest', async () => {
  const response = await post(operatorFixture(), 'githob/definitions', '{}');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ nearest: 'github' });
});
