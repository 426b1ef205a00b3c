/** Imports, peers and the load balancer: real members that send each other requests. */

import { createServer, type RequestListener } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memberId, objectId, repositoryId } from '../../schemas/ids.ts';
import type { Peer } from '../../schemas/messages/assignment.ts';
import { defaultSettings, RequestLoop } from './member.ts';
import { useRoom } from './room.ts';
import { webServer } from './workloads.ts';

const room = useRoom();
const loadBalancer = joinPath(import.meta.dirname, '../../templates/images/load-balancer');

function peer(name: string, port: number, more: Partial<Peer> = {}): Peer {
  return {
    member: memberId(name), cluster: 'tiers/api', endpoints: { http: { protocol: 'http', host: '127.0.0.1', port } }, metadata: {},
    commits: { [repositoryId('code')]: objectId('a'.repeat(40)) }, ...more,
  };
}

async function serve(listener: RequestListener): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  room.after(() => server.listening ? close() : undefined);
  return { port: (server.address() as AddressInfo).port, close };
}

const answering = (name: string): RequestListener => (_request, response) => void response.end(name);

describe('the environment of a workload', () => {
  it('holds what the platform and the assignment say, and nothing of the agent', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))], environment: { LOG: 'info', PORT: '1', STRATOS_MEMBER_ID: 'other' } });
    const environment = JSON.parse(await member.text('/env')) as Record<string, string>;
    expect(environment).toMatchObject({
      LOG: 'info', HOME: member.directory, STRATOS_MEMBER_ID: member.address.member, STRATOS_APPLICATION: 'default/shop',
      STRATOS_CLUSTER_ID: 'default/shop/np/web', STRATOS_ARTIFACT_COMMIT: '1'.repeat(40), TMPDIR: `${member.directory}/tmp`,
    });
    expect(environment['PORT']).toBe(environment['STRATOS_PORT_HTTP']);
    expect(environment['PORT']).not.toBe('1');
    expect(environment['VITEST']).toBeUndefined();
    const known = /^(PATH|HOME|LANG|TMPDIR|LOG|PORT|STRATOS_.*|PWD|OLDPWD|SHLVL|_)$/;
    expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([]);
  });

  it('that changes restarts the workload behind the gate', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    await member.apply({ artifacts: [one], environment: { LOG: 'info' } });
    const loop = new RequestLoop(member.url);
    await member.apply({ artifacts: [one], environment: { LOG: 'debug' } });
    expect(JSON.parse(await member.text('/env'))).toMatchObject({ LOG: 'debug' });
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('takes values from peers, keeps them when the peer is gone, and follows a change', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    const imports = { DB: { cluster: 'tiers/api', key: 'database' } };
    await member.apply({ artifacts: [one], imports, peers: [peer('a', 1, { metadata: { database: 'shop' } })] });
    const before = await member.text('/pid');
    expect(JSON.parse(await member.text('/env'))).toMatchObject({ DB: 'shop' });
    await member.apply({ artifacts: [one], imports, peers: [] });
    await member.apply({ artifacts: [one], imports, peers: [peer('b', 2, { metadata: { database: 'shop' } })] });
    expect(await member.text('/pid')).toBe(before);
    await member.apply({ artifacts: [one], imports, peers: [peer('b', 2, { metadata: { database: 'store' } })] });
    expect(JSON.parse(await member.text('/env'))).toMatchObject({ DB: 'store' });
  });

  it('names a file in which the workload publishes its metadata', async () => {
    const member = await room.start({ settings: { metadataKeys: ['url', 'database'] } });
    const files = webServer('one', { 'bin/start': '#!/bin/sh\nprintf \'{"database": "shop", "secret": "no"}\' > "$STRATOS_METADATA_FILE"\nexec node "$STRATOS_ARTIFACT_DIR/server.mjs"\n' });
    await member.apply({ artifacts: [await room.bundles.add('1', files)] });
    const report = await member.until((said) => said.metadata['database'] !== undefined);
    expect(report.metadata).toEqual({ url: member.url, database: 'shop' });
  });
});

describe('an import', () => {
  const imports = { API_URL: { cluster: 'tiers/api', key: 'url' } };

  it('keeps its address while peers come and go, and no request fails', async () => {
    const [a, b] = [await serve(answering('a')), await serve(answering('b'))];
    const member = await room.start();
    const artifacts = [await room.bundles.add('1', webServer('one'))];
    await member.apply({ artifacts, imports, peers: [peer('a', a.port)] });
    const process = await member.text('/pid');
    const loop = new RequestLoop(`${member.url}/import`);
    await member.apply({ artifacts, imports, peers: [peer('a', a.port), peer('b', b.port)] });
    expect(await member.text('/import')).toMatch(/^[ab]$/);
    await member.apply({ artifacts, imports, peers: [peer('b', b.port)] });
    await a.close();
    for (let time = 0; time < 5; time += 1) expect(await member.text('/import')).toBe('b');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect(await member.text('/pid')).toBe(process);
  });

  it('passes over a peer that takes no connection', async () => {
    const [gone, b] = [await serve(answering('a')), await serve(answering('b'))];
    await gone.close();
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))], imports, peers: [peer('a', gone.port), peer('b', b.port)] });
    for (let time = 0; time < 5; time += 1) expect(await member.text('/import')).toBe('b');
  });

  it('waits a while for a peer to come, then says that there is none', async () => {
    const member = await room.start();
    const artifacts = [await room.bundles.add('1', webServer('one'))];
    await member.apply({ artifacts, imports });
    const none = await fetch(`${member.url}/import`);
    expect(none.status).toBe(503);
    expect(await none.text()).toBe('No member of tiers/api takes requests now\n');
    const a = await serve(answering('a'));
    const asked = member.text('/import');
    await member.apply({ artifacts, imports, peers: [peer('a', a.port)] });
    expect(await asked).toBe('a');
  });

  it('of a peer that speaks no HTTP is host and port', async () => {
    const server = createTcpServer((socket) => void socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    room.after(() => void server.close());
    const sql = { sql: { protocol: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port } };
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))], imports, peers: [peer('a', 1, { endpoints: sql })] });
    const { API_URL: address } = JSON.parse(await member.text('/env')) as { readonly API_URL: string };
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    socket.write('hello');
    const [echoed] = await once(socket, 'data') as [Buffer];
    expect(echoed.toString()).toBe('hello');
    socket.destroy();
  });
});

describe('peers', () => {
  it('stand in a file; the assignment is applied only when the extension has exited with 0', async () => {
    const member = await room.start({ settings: { extensions: { peersUpdated: 'bin/peers' } } });
    const script = '#!/bin/sh\ncp "$STRATOS_PEERS_FILE" "$STRATOS_RUN_DIR/seen.json"\n[ ! -e "$STRATOS_RUN_DIR/refuse" ]\n';
    const artifacts = [await room.bundles.add('1', webServer('one', { 'bin/peers': script }))];
    await member.apply({ artifacts, peers: [peer('a', 1)] });
    await member.apply({ artifacts, peers: [peer('a', 1), peer('b', 2)] });
    const seen = JSON.parse(await readFile(`${member.directory}/run/seen.json`, 'utf8')) as { readonly peers: readonly Peer[] };
    expect(seen.peers.map((one) => one.member)).toEqual(['a', 'b']);
    expect(seen.peers[0]).toEqual(peer('a', 1));

    const { writeFile, rm } = await import('node:fs/promises');
    await writeFile(`${member.directory}/run/refuse`, '');
    const { generation } = await member.assign({ artifacts, peers: [] });
    const report = await member.until((said) => said.remark.includes('extension peersUpdated exited with 1'));
    expect(report.applied).not.toEqual(generation);
    await rm(`${member.directory}/run/refuse`);
    await member.until((said) => said.applied?.counter === generation.counter);
  });
});

describe('the load balancer image', () => {
  const settings = { needsArtifact: false, health: null, extensions: { start: 'bin/start', peersUpdated: 'bin/peers-updated' } };

  it('spreads requests and follows its peers without a failed one', async () => {
    const [a, b, c] = [await serve(answering('a')), await serve(answering('b')), await serve(answering('c'))];
    const member = await room.start({ imageDirectory: loadBalancer, settings });
    await member.apply({ peers: [peer('a', a.port), peer('b', b.port)] });
    const loop = new RequestLoop(member.url);
    const names = new Set<string>();
    while (names.size < 2) names.add(await member.text());
    await member.apply({ peers: [peer('b', b.port), peer('c', c.port)] });
    await a.close();
    for (let time = 0; time < 10; time += 1) expect(await member.text()).toMatch(/^[bc]$/);
    await member.apply({ peers: [peer('c', c.port)] });
    await b.close();
    expect(await member.text()).toBe('c');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect([...loop.answers].toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('sends to members that swap, die and leave, and no request fails', async () => {
    const one = await room.bundles.add('1', webServer('one'));
    const [a, b, balancer] = [await room.start(), await room.start(), await room.start({ imageDirectory: loadBalancer, settings })];
    await Promise.all([a.apply({ artifacts: [one] }), b.apply({ artifacts: [one] })]);
    const [toA, toB] = [peer('a', Number(new URL(a.url).port)), peer('b', Number(new URL(b.url).port))];
    await balancer.apply({ peers: [toA, toB] });
    const loop = new RequestLoop(balancer.url);
    // In place, while the balancer goes on sending to it.
    await a.apply({ artifacts: [await room.bundles.add('2', webServer('two'))] });
    const before = Number(await b.text('/pid'));
    process.kill(before, 'SIGKILL');
    while (Number(await b.text('/pid')) === before);
    // Leaving: first nobody sends to it any more, then it drains and ends.
    await balancer.apply({ peers: [toB] });
    await a.apply({ duty: 'drain' });
    a.stop();
    expect(await a.untilEnded()).toBe(0);
    expect(await balancer.text()).toBe('one');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect([...loop.answers].toSorted()).toEqual(['one', 'two']);
  });

  it('lets what is under way to a peer that leaves come to its end', async () => {
    const a = await serve((_request, response) => void setTimeout(() => response.end('a, late'), 600));
    const b = await serve(answering('b'));
    const member = await room.start({ imageDirectory: loadBalancer, settings });
    await member.apply({ peers: [peer('a', a.port)] });
    const slow = member.text();
    await member.until((report) => report.health.requestsInFlight === 1);
    await member.apply({ peers: [peer('b', b.port)] });
    expect(await member.text()).toBe('b');
    expect(await slow).toBe('a, late');
  });

  it('passes over a peer that takes no connection, also with a body', async () => {
    const gone = await serve(answering('gone'));
    await gone.close();
    const b = await serve((request, response) => void request.pipe(response));
    const member = await room.start({ imageDirectory: loadBalancer, settings });
    await member.apply({ peers: [peer('a', gone.port), peer('b', b.port)] });
    for (let time = 0; time < 5; time += 1) {
      const response = await fetch(member.url, { method: 'POST', body: 'x'.repeat(200_000) });
      expect(await response.text()).toHaveLength(200_000);
    }
  });

  it('shows the page and the headers that its artifact asks for', async () => {
    const a = await serve(answering('a'));
    const member = await room.start({ imageDirectory: loadBalancer, settings });
    const artifacts = [await room.bundles.add('1', { 'balancer.json': '{"header": true}', 'error.html': '<p>Closed</p>' })];
    await member.apply({ artifacts, peers: [peer('a', a.port)] });
    const response = await fetch(member.url);
    expect(response.headers.get('x-stratos-member')).toBe('a');
    expect(response.headers.get('x-stratos-commit')).toBe('a'.repeat(40));
    await member.apply({ artifacts, peers: [] });
    const closed = await fetch(member.url);
    expect(closed.status).toBe(503);
    expect(closed.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await closed.text()).toBe('<p>Closed</p>');
  });

  it('refuses an artifact that says what it does not know', async () => {
    const member = await room.start({ imageDirectory: loadBalancer, settings });
    await member.assign({ artifacts: [await room.bundles.add('1', { 'balancer.json': '{"headers": true}' })] });
    const report = await member.until((said) => said.refused.length > 0);
    expect(report.refused[0]?.reason).toContain('balancer.json: headers is not known');
  });
});

describe('the node image', () => {
  it('runs the server of an artifact that brings no start of its own', async () => {
    const member = await room.start({ imageDirectory: joinPath(loadBalancer, '../node') });
    const { 'server.mjs': server = '' } = webServer('one');
    await member.apply({ artifacts: [await room.bundles.add('1', { 'server.mjs': server })] });
    expect(await member.text()).toBe('one');
  });

  it('refuses an artifact without one', async () => {
    const member = await room.start({ imageDirectory: joinPath(loadBalancer, '../node'), settings: { timeouts: { ...defaultSettings.timeouts, startMs: 3000 } } });
    await member.assign({ artifacts: [await room.bundles.add('1', { 'page.html': '' })] });
    const report = await member.until((said) => said.refused.length > 0);
    expect(report.refused[0]?.reason).toContain('neither bin/start nor server.js');
  });
});
