import { describe, expect, test } from 'vitest';
import type { ApiSchemaName } from '../../schemas/api/index.ts';
import type { ApplicationList, EventList, Plan, ProblemDetails, Status } from '../../schemas/api/bodies.generated.ts';
import { applicationId, sourceName, tenantName } from '../../schemas/ids.ts';
import { applicationNamed, because, commit, origin, tenant } from './fake-view.ts';
import { operatorFixture } from './operator-fixture.ts';
import { faultsOf } from './schema-check.ts';

async function body<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

describe('every body meets its schema', () => {
  const paths: readonly (readonly [string, ApiSchemaName])[] = [
    ['/healthz', 'liveness'], ['/readyz', 'readiness'], ['/api/v1/status', 'status'], ['/api/v1/status?tenant=acme&limit=1', 'status'],
    ['/api/v1/applications', 'application-list'], ['/api/v1/applications/shop', 'application'], ['/api/v1/applications/shop/plan', 'plan'],
    ['/api/v1/plan', 'plan-list'], ['/api/v1/events', 'event-list'], ['/api/v1/definitions/Cartridge', 'definition-list'], ['/api/v1/definitions/Cartridge/web', 'definition'],
  ];
  for (const [path, schema] of paths) {
    test(`${path} is a ${schema}`, async () => {
      const { get, view } = operatorFixture();
      view.happen();
      view.happen({ application: null, because: null });
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(faultsOf(schema, await response.json())).toEqual([]);
    });
  }
});

describe('status', () => {
  test('shows the tenant its own sources and the platform\'s, and what is wrong in them, errors first', async () => {
    const { get, view } = operatorFixture();
    const foreign = sourceName('acme-definitions');
    view.sourceList.push({ ...view.sourceList[0]!, name: foreign, tenant: tenantName('acme'), syncedAtMs: null, revision: null, commit: null });
    view.problemList.push({ ...view.problemList[0]!, source: foreign, severity: 'info' });
    const own = await body<Status>(get('/api/v1/status'));
    expect(own.sources.map(({ name }) => name)).toEqual(['definitions']);
    expect(own.problems.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    expect(own.problemCounts).toEqual({ error: 1, warning: 1, info: 0 });
    expect(own).toMatchObject({ revision: commit, syncedAt: '2026-11-22T00:00:01.000Z' });
    expect(own.sources[0]?.commit).toEqual({ author: 'Ann <ann@example.com>', message: 'web: four members', at: '2026-11-22T00:00:00.000Z' });
    expect((await body<Status>(get('/api/v1/status?tenant=acme'))).sources.map(({ name }) => name)).toEqual(['definitions', foreign]);
  });

  test('pages the problems', async () => {
    const { get, view } = operatorFixture();
    view.problemList = Array.from({ length: 5 }, (_, index) => ({ ...view.problemList[1]!, line: index + 1 }));
    const first = await body<Status>(get('/api/v1/status?limit=2'));
    expect(first.problems.map(({ line }) => line)).toEqual([1, 2]);
    expect((await body<Status>(get(`/api/v1/status?limit=3&after=${first.next}`))).problems.map(({ line }) => line)).toEqual([3, 4, 5]);
  });
});

describe('applications', () => {
  test('are paged by name: every one comes once, and the last page has no next', async () => {
    const { get, view } = operatorFixture();
    const names = Array.from({ length: 25 }, (_, index) => `app-${String(index).padStart(2, '0')}`);
    view.applicationList = [...names].reverse().map((name) => applicationNamed(name));
    const seen: string[] = [];
    let path: string | null = '/api/v1/applications?limit=10';
    for (let pages = 0; path !== null && pages < 10; pages++) {
      const response: Response = await get(path);
      const page = (await response.json()) as ApplicationList;
      seen.push(...page.items.map(({ name }) => name));
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
      expect(path === null).toBe(page.next === null);
    }
    expect(seen).toEqual(names);
  });

  test('that do not exist are 404 with the nearest name', async () => {
    const { get } = operatorFixture();
    for (const path of ['/api/v1/applications/shpo', '/api/v1/applications/shpo/plan']) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      const problem = (await response.json()) as ProblemDetails;
      expect(faultsOf('problem-details', problem)).toEqual([]);
      expect(problem).toMatchObject({ type: 'urn:stratos:problem:unknown-application', nearest: 'shop' });
    }
  });

  test('of another tenant are not found under the default one', async () => {
    const { get } = operatorFixture();
    expect((await get('/api/v1/applications/wiki')).status).toBe(404);
    expect((await get('/api/v1/applications/wiki?tenant=acme')).status).toBe(200);
    expect((await get('/api/v1/applications/..%2Facme%2Fwiki')).status).toBe(404);
  });

  test('an unknown tenant is 404 with the nearest one', async () => {
    const { get } = operatorFixture();
    const response = await get('/api/v1/applications?tenant=acne');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:stratos:problem:unknown-tenant', nearest: 'acme' });
  });
});

describe('plans', () => {
  test('name cluster, partition and member of each action, and where its reason stands', async () => {
    const { get, view } = operatorFixture();
    const plan = await body<Plan>(get('/api/v1/applications/shop/plan'));
    expect(plan.observedAt).toBe('2026-11-22T00:00:00.000Z');
    expect(plan.actions[0]).toMatchObject({
      kind: 'start-member', application: 'shop', cluster: 'tiers/web', networkPartition: 'local', partition: 'local/p1', member: 'shop-web-0-2-5f3a1c9d', slot: 2,
      because: { rule: 'required/minimum', inputs: { min: 4, active: 2 }, origin: { source: 'definitions', commit, file: 'shop.yaml', line: 34, column: 12 } },
    });
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['start-member', 'stop-member', 'assign', 'forget-member']);
    expect(plan.holds.map(({ kind, cluster, networkPartition, until }) => [kind, cluster, networkPartition, until])).toEqual([
      ['waits-for', 'tiers/web', 'local', null], ['paused', null, null, '2026-11-22T00:00:00.000Z'], ['quota', 'tiers/api', null, null],
    ]);
    expect(view.asked.positions).toBe(1);
  });

  test('show neither settings nor environments', async () => {
    const { get } = operatorFixture();
    const text = (await (await get('/api/v1/applications/shop/plan')).text()) + (await (await get('/api/v1/plan')).text());
    expect(text).not.toContain('canary');
  });

  test('stand without line and column when the place cannot be told', async () => {
    const { get, view } = operatorFixture();
    const id = applicationId({ tenant, name: 'shop' });
    view.plans.set(id, { ...view.plan(id)!, actions: [], holds: [{ id: 'h-1', kind: 'paused', subject: null, untilMs: null, because: { ...because, origin: { ...origin, path: 'broken.yaml' } } }] });
    const plan = await body<Plan>(get('/api/v1/applications/shop/plan'));
    expect(plan.holds[0]?.because.origin).toMatchObject({ file: 'broken.yaml', line: null, column: null });
  });

  test('of an application that was not planned yet are 404, and say so', async () => {
    const { get } = operatorFixture();
    const response = await get('/api/v1/applications/blog/plan');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:stratos:problem:not-planned-yet' });
    expect((await body<{ items: Plan[] }>(get('/api/v1/plan'))).items.map(({ application }) => application)).toEqual(['shop']);
  });
});

describe('definitions', () => {
  test('unknown kinds and names are 404 with the nearest', async () => {
    const { get } = operatorFixture();
    expect(await body(get('/api/v1/definitions/Cartrige'))).toMatchObject({ status: 404, nearest: 'Cartridge' });
    expect(await body(get('/api/v1/definitions/Cartridge/wbe'))).toMatchObject({ status: 404, nearest: 'web' });
    expect((await get('/api/v1/definitions/constructor')).status).toBe(404);
  });

  test('two documents that claim one name both stand in the list, on pages of one', async () => {
    const { get, view } = operatorFixture();
    view.definitionList = [3, 9].map((line) => ({ ...view.definitionList[0]!, line }));
    const lines: number[] = [];
    let after = '';
    for (let pages = 0; pages < 5; pages++) {
      const page = await body<{ items: { line: number }[]; next: string | null }>(get(`/api/v1/definitions/Cartridge?limit=1${after}`));
      lines.push(...page.items.map(({ line }) => line));
      if (page.next === null) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    expect(lines).toEqual([3, 9]);
  });
});

describe('events as pages', () => {
  test('begin after `since`, count back when it is negative, and keep to the application', async () => {
    const { get, view } = operatorFixture();
    for (let index = 0; index < 10; index++) view.happen({ application: applicationId({ tenant, name: index % 2 === 0 ? 'shop' : 'blog' }) });
    const sequences = async (query: string): Promise<number[]> => (await body<EventList>(get(`/api/v1/events?${query}`))).items.map(({ sequence }) => sequence);
    expect(await sequences('since=7')).toEqual([8, 9, 10]);
    expect(await sequences('since=-2')).toEqual([9, 10]);
    expect(await sequences('since=-200&limit=3')).toEqual([1, 2, 3]);
    expect(await sequences('application=blog')).toEqual([2, 4, 6, 8, 10]);
    expect(await body<EventList>(get('/api/v1/events?since=3&limit=2'))).toMatchObject({ next: 5, latest: 10 });
    expect(await body<EventList>(get('/api/v1/events?since=10'))).toMatchObject({ items: [], next: null, latest: 10 });
  });

  test('leave out what happened to other tenants', async () => {
    const { get, view } = operatorFixture();
    view.happen({ application: applicationId({ tenant: tenantName('acme'), name: 'wiki' }) });
    view.happen({ application: null });
    expect((await body<EventList>(get('/api/v1/events'))).items.map(({ sequence }) => sequence)).toEqual([2]);
    expect((await body<EventList>(get('/api/v1/events?tenant=acme'))).items.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });
});

describe('versions', () => {
  test('a reader that has the current version gets 304 before a body is built', async () => {
    const { get, view } = operatorFixture();
    const first = await get('/api/v1/applications');
    const tag = first.headers.get('etag')!;
    expect(tag).toBe('"v1"');
    const asked = view.asked.applications;
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await get('/api/v1/applications?limit=7', { 'if-none-match': header });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, '']);
    }
    expect(view.asked.applications).toBe(asked);
    view.change();
    expect((await get('/api/v1/applications', { 'if-none-match': tag })).status).toBe(200);
  });

  test('readers of one version share one body, and a new version is shown at once', async () => {
    const { get, view } = operatorFixture();
    await Promise.all([get('/api/v1/applications'), get('/api/v1/applications'), get('/api/v1/applications')]);
    expect(view.asked.applications).toBe(1);
    view.applicationList = [];
    view.change();
    expect(await body<ApplicationList>(get('/api/v1/applications'))).toEqual({ items: [], next: null });
  });

  test('a body that could not be built is built again for the next reader', async () => {
    const { get, view, errors } = operatorFixture();
    const journal = view.journal.bind(view);
    view.journal = () => Promise.reject(new Error('disk full at /var/lib/secret'));
    const failed = await get('/api/v1/events');
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret');
    expect(errors).toHaveLength(1);
    view.journal = journal;
    expect((await get('/api/v1/events')).status).toBe(200);
  });

  test('what does not exist is 404, whatever version the reader claims to have', async () => {
    const { get } = operatorFixture();
    expect((await get('/api/v1/applications/none', { 'if-none-match': '"v1"' })).status).toBe(404);
    expect((await get('/api/v1/applications/none', { 'if-none-match': '*' })).status).toBe(404);
  });
});

describe('parameters', () => {
  test.each([
    ['/api/v1/applications?limit=0', 'invalid-parameter'], ['/api/v1/applications?limit=1001', 'invalid-parameter'], ['/api/v1/applications?limit=ten', 'invalid-parameter'],
    ['/api/v1/applications?limit=1&limit=2', 'invalid-parameter'], ['/api/v1/applications?tennant=acme', 'unknown-parameter'], ['/api/v1/events?since=x', 'invalid-parameter'],
    ['/api/v1/applications?tenant=', 'invalid-parameter'], ['/api/v1/applications?__proto__=1', 'unknown-parameter'], [`/api/v1/applications/${'x'.repeat(300)}`, 'invalid-parameter'],
  ])('%s is %s', async (path, code) => {
    const response = await operatorFixture().get(path);
    expect(response.status).toBe(400);
    const problem = await response.json();
    expect(faultsOf('problem-details', problem)).toEqual([]);
    expect(problem).toMatchObject({ type: `urn:stratos:problem:${code}` });
  });
});

test('readiness follows the view, and /metrics is text', async () => {
  const { get, view } = operatorFixture();
  view.readiness = { ready: false, why: 'definitions have not been read yet' };
  const response = await get('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, why: 'definitions have not been read yet' });
  expect((await get('/healthz')).status).toBe(200);
  expect(await (await get('/metrics')).text()).toContain('stratos_up 1');
});
