/** What the command says, and how it ends, when something is wrong. */

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Raw, startApiServer, type ApiServer } from './api-server.ts';
import * as bodies from './bodies.ts';
import { stratos } from './command.ts';

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
  api.answers.set('/api/v1/status', new Raw(200, 'text/html', '<html>'));
  api.answers.set('/api/v1/plan', new Raw(301, 'text/html', ''));
  api.answers.set('/api/v1/applications', new Raw(503, 'application/problem+json', JSON.stringify({ title: 'Not ready', status: 503, detail: 'definitions have not been read yet' })));
  api.answers.set('/api/v1/applications/shop', { ...bodies.application, status: 'Created' });
  api.answers.set('/api/v1/applications/shop/plan', bodies.plan);
  api.answers.set('/api/v1/events', { items: [], next: null, latest: 0 });
});
afterAll(() => api.close());

const ask = (...args: string[]): ReturnType<typeof stratos> => stratos(args, { environment: { STRATOS_URL: api.url } });

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

describe('the platform cannot be reached', () => {
  it('says which address refused, how to start the platform, and which variable names another one', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const ended = await stratos(['status', '--url', url]);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toBe(`stratos: Nothing answers at ${url} (connection refused)\n  Start the platform with: npm start\n  If it runs elsewhere, give its address by --url or STRATOS_URL.\n`);
  });

  it('says that a host is not known, and that an address is none', async () => {
    const unknown = await stratos(['status', '--url', 'http://stratos.invalid']);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toMatch(/There is no host named stratos\.invalid|Cannot reach http:\/\/stratos\.invalid/);
    expect(await stratos(['status', '--url', 'localhost:8088'])).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([['status', 'not JSON'], ['get plan', '301']])('%s says that something else answers there', async (line, why) => {
    const { code, stderr } = await ask(...line.split(' '));
    expect(code).toBe(3);
    expect(stderr).toContain(`${api.url} is not the API of a Stratos platform`);
    expect(stderr).toContain(why);
  });
});

describe('the API refuses', () => {
  it('passes on what it says', async () => {
    expect(await ask('get', 'applications')).toMatchObject({ code: 3, stdout: '', stderr: 'stratos: definitions have not been read yet\n' });
  });

  it('ends with 4 when what was named does not exist, naming what is near', async () => {
    const { code, stderr } = await ask('describe', 'application', 'shp');
    expect(code).toBe(4);
    expect(stderr).toContain('did you mean "shop"?');
    const explained = await ask('explain', 'shop', 'h-3f9ac2');
    expect(explained.code).toBe(4);
    expect(explained.stderr).toContain('did you mean h-3f9ac1?');
  });

  it('ends with 1 when a status does not come in time', async () => {
    const { code, stderr } = await ask('wait', 'shop', '--for', 'Active', '--timeout', '1');
    expect(code).toBe(1);
    expect(stderr).toBe('stratos: shop did not become Active within 1 s: it is Created with 2/2 members\n  stratos explain shop says why not.\n');
  });
});

describe('the command line is wrong', () => {
  it.each([
    [['staus'], 'Did you mean status?'],
    [['get', 'aplications'], 'Did you mean applications?'],
    [['status', '--outptu', 'json'], 'Did you mean --output?'],
    [['status', '-o', 'xml'], 'Allowed choices are table, wide, json, yaml, name'],
    [['explain'], "missing required argument 'application'"],
    [['events', '-n', 'many'], 'It must be a number from 0 to 10000.'],
    [['get'], 'Usage: stratos get'],
    [['completion', 'csh'], 'Allowed choices are bash, zsh, fish'],
  ])('%j', async (args, says) => {
    const ended = await stratos(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(says);
  });
});
