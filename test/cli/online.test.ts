/** The commands that ask the API, run as processes against a real HTTP server. */

import { parse } from 'yaml';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { apiSchemaFile, apiSchemas, type ApiSchemaName } from '../../schemas/api/index.ts';
import { startApiServer, type ApiServer } from './api-server.ts';
import * as bodies from './bodies.ts';
import { start, stratos } from './command.ts';

let api: ApiServer;
beforeAll(async () => { api = await startApiServer(); });
afterAll(() => api.close());
beforeEach(() => {
  api.answers.clear();
  api.requests.length = 0;
  for (const [path, body] of Object.entries({
    status: bodies.status, applications: bodies.applications, 'applications/shop': bodies.application, 'applications/shop/plan': bodies.plan,
    plan: { items: [bodies.plan], next: null }, 'definitions/Cartridge': bodies.definitions, 'definitions/Cartridge/node-http': bodies.definition,
    events: { items: [bodies.event(1), bodies.event(2, { type: 'member-active', text: 'web is up' })], next: null, latest: 2 },
  })) api.answers.set(`/api/v1/${path}`, body);
});

const ask = (...args: string[]): ReturnType<typeof stratos> => stratos(args, { environment: { STRATOS_URL: api.url } });

describe('the bodies of these tests', () => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  for (const name of Object.keys(apiSchemas) as ApiSchemaName[]) ajv.addSchema(apiSchemas[name], apiSchemaFile(name));

  it.each<[ApiSchemaName, unknown]>([
    ['status', bodies.status], ['application-list', bodies.applications], ['application', bodies.application], ['plan', bodies.plan],
    ['definition-list', bodies.definitions], ['definition', bodies.definition], ['event', bodies.event(1)],
  ])('are what the API says: %s', (name, body) => {
    const validate = ajv.getSchema(apiSchemaFile(name));
    validate?.(body);
    expect(validate?.errors ?? null).toBeNull();
    expect(validate).toBeDefined();
  });
});

describe('text output', () => {
  it('shows the platform at one glance', async () => {
    const { code, stdout, stderr } = await ask('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `Stratos at ${api.url}, tenant default`,
      '',
      'applications  Active: shop (2/2)',
      'problems      1 error (stratos get problems)',
      'holds         shop waits-for (stratos get plan)',
      'broker        mqtt connected embedded',
      'provider      local disconnected no answer',
      '',
      'SOURCE       STATE   BRANCH  REVISION  SYNCED  COMMIT',
      'definitions  synced  main    a3f1c9d   5m ago  Grow web to four',
      '',
    ]);
  });

  it('lists members of all applications with their age by the server\'s clock', async () => {
    const { stdout } = await ask('get', 'members');
    expect(stdout.split('\n')).toEqual([
      'MEMBER                 APPLICATION  CLUSTER      STATUS  SERVING       PARTITION  AGE',
      'shop-web-0-1-5f3a1c9d  shop         tiers.0/web  active  yes           eu/p1      5m',
      'shop-web-1-1-5f3a1c9d  shop         tiers.0/web  active  no(draining)  eu/p1      5m',
      '',
    ]);
    expect((await ask('get', 'members', '-o', 'wide')).stdout).toContain('http://127.0.0.1:40001');
  });

  it('draws an application as a tree, with its plan', async () => {
    const { stdout } = await ask('describe', 'application', 'shop');
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'shop Active 2/2 members, revision a3f1c9d',
      '└ eu Active',
      '  └ tiers.0 Active',
      '    └ web of node-http Active 1 to 4 members',
      '      ├ shop-web-0-1-5f3a1c9d active eu/p1, http://127.0.0.1:40000, a3f1c9d, 5m',
      '      └ shop-web-1-1-5f3a1c9d active no(draining) eu/p1, http://127.0.0.1:40001, a3f1c9d, 5m',
    ]);
    expect(stdout).toContain('shop: 1 action, 1 hold');
  });

  it('explains a hold down to file and line', async () => {
    const { stdout } = await ask('explain', 'shop', 'h-3f9ac1');
    expect(stdout.split('\n')).toEqual([
      'not done tiers/lb: waits-for h-3f9ac1',
      '  because  lb waits for web',
      '  wanted   shop.yaml:12:7 /spec/components at a3f1c9d of definitions',
      '  rule     startup-order',
      '  seen     waitsFor=tiers/web',
      '',
    ]);
  });

  it('explains a cluster by what is recorded of its members', async () => {
    const recorded = bodies.event(3, { text: 'assign shop-web-0-1-5f3a1c9d', facts: { member: 'shop-web-0-1-5f3a1c9d' } });
    api.answers.set('/api/v1/events', { items: [bodies.event(1, { facts: {} }), recorded], next: null, latest: 3 });
    const { stdout } = await ask('explain', 'shop', 'tiers.0/web', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ subject: 'tiers.0/web', actions: [], holds: [], events: [recorded] });
    expect((await ask('explain', 'shop', 'tiers.0/web')).stdout).toMatch(/^tiers\.0\/web: nothing to do, all is as wanted at a3f1c9d\n\nwas .* decided: assign shop-web-0-1-5f3a1c9d\n/);
  });

  it('lists problems with their places, definitions, and one document', async () => {
    expect((await ask('get', 'problems')).stdout).toContain('apps/shop.yaml:12:20  there is no Cartridge node-htp');
    expect((await ask('get', 'definitions', 'Cartridge')).stdout).toContain('node-http  cartridges.yaml:3  a3f1c9d  definitions');
    const { stdout } = await ask('get', 'definitions', 'Cartridge', 'node-http');
    expect(stdout).toMatch(/^# cartridges.yaml:3 at a3f1c9d of definitions\n/);
    expect(parse(stdout)).toEqual(bodies.definition.document);
  });

  it('gives names alone for scripts', async () => {
    expect((await ask('get', 'applications', '-o', 'name')).stdout).toBe('shop\n');
    expect((await ask('get', 'plan', '-o', 'name')).stdout).toBe('start-member/shop-web-2-1-77aa00bb\nh-3f9ac1\n');
  });
});

describe('output for programs', () => {
  it.each([
    [['status'], { ...bodies.status, applications: bodies.applications.items, holds: bodies.plan.holds.map(({ kind }) => ({ application: bodies.plan.application, kind })) }],
    [['get', 'applications'], { items: bodies.applications.items }],
    [['get', 'sources'], { items: [bodies.source] }],
    [['get', 'problems'], { items: [bodies.problem] }],
    [['get', 'plan', 'shop'], { items: [bodies.plan] }],
    [['describe', 'application', 'shop'], { ...bodies.application, plan: bodies.plan }],
    [['wait', 'shop', '--for', 'Active'], bodies.application],
    [['events'], { items: [bodies.event(1), bodies.event(2, { type: 'member-active', text: 'web is up' })] }],
  ])('is the document alone: %j', async (args, body) => {
    const [json, yaml] = await Promise.all([ask(...args, '-o', 'json'), ask(...args, '-o', 'yaml')]);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual(body);
    expect(parse(yaml.stdout)).toEqual(body);
  });

  it('asks for all pages, and for the tenant', async () => {
    const items = ['a', 'b', 'c'].map((name) => ({ ...bodies.applications.items[0], name }));
    api.answers.set('/api/v1/applications', (url: URL) => {
      const at = Number(url.searchParams.get('after') ?? 0);
      return { items: [items[at]], next: at < 2 ? String(at + 1) : null };
    });
    expect((await ask('get', 'applications', '-o', 'name', '--tenant', 'acme')).stdout).toBe('a\nb\nc\n');
    expect(api.requests.map(({ url }) => url.searchParams.get('tenant'))).toEqual(['acme', 'acme', 'acme']);
  });
});

describe('text from outside', () => {
  const hostile = 'x\u001B[31mred\u001B]0;title\u0007\u202Eevil\u0000\n\u0085y';

  it('does nothing to a terminal, and reaches programs unchanged', async () => {
    api.answers.set('/api/v1/status', { ...bodies.status, sources: [{ ...bodies.source, name: hostile, commit: { ...bodies.source.commit, message: hostile } }] });
    const text = (await ask('status')).stdout;
    expect(text).toContain('xredevil y');
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    const read = (yaml: string): unknown => parse(yaml);
    for (const format of ['json', 'yaml']) {
      const { stdout } = await ask('get', 'sources', '-o', format);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
      expect((read(stdout) as { items: { name: string }[] }).items[0]?.name).toBe(hostile);
    }
  });

  it('is cleaned in the words of an error, too', async () => {
    const { stderr } = await ask('describe', 'application', 'a\u001B[2J\u202Eb', '--url', api.url);
    expect(stderr).not.toMatch(/[\u001B\u202E]/);
  });
});

describe('live output', () => {
  it('follows events, takes a lost stream up where it ended, and ends quietly', async () => {
    const before = api.readers();
    const running = start(['events', '--follow', '-o', 'json', '-a', 'shop'], { environment: { STRATOS_URL: api.url } });
    await api.reader(before + 1);
    api.send({ event: 'journal', id: 7, data: bodies.event(7) });
    await running.shows('"sequence":7');
    api.cutStreams();
    await api.reader(before + 2);
    expect(api.requests.at(-1)?.headers['last-event-id']).toBe('7');
    expect(api.requests.at(-1)?.url.searchParams.get('application')).toBe('shop');
    api.send({ event: 'journal', id: 8, data: bodies.event(8) });
    const lines = (await running.shows('"sequence":8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { sequence: number }).sequence)).toEqual([7, 8]);
    running.process.kill('SIGINT');
    const { signal, stderr } = await running.ended;
    expect(signal).toBe('SIGINT');
    expect(stderr).toMatch(/^The connection is lost .*\n$/);
  });

  it('watches: shows it again when something has changed', async () => {
    const before = api.readers();
    const running = start(['get', 'applications', '--watch', '-o', 'name'], { environment: { STRATOS_URL: api.url } });
    await running.shows('shop');
    await api.reader(before + 1);
    api.answers.set('/api/v1/applications', { items: [{ ...bodies.applications.items[0], name: 'bakery' }], next: null });
    api.send({ event: 'change', data: { version: '2' } });
    expect(await running.shows('bakery')).toBe('shop\nbakery\n');
    running.process.kill('SIGINT');
    await running.ended;
  });
});
