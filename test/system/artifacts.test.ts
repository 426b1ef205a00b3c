/** A push to an artifact repository: the members follow in waves, nobody notices; what does not start goes no further. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses } from './harness/processes.ts';
import { openWorkplace, type Changes, type Workplace } from './harness/repository.ts';
import { fetchPage, fetchText, requestLoop, type Loop } from './harness/requests.ts';
import { pidsByMember } from './harness/seats.ts';
import { stratos } from './harness/stratos.ts';
import { timed } from './harness/told.ts';

describe.skipIf(!canSeeProcesses)('a push to an artifact [needs: the /proc of Linux]', () => {
  let platform: Platform;
  let loop: Loop;
  const places = new Map<string, Workplace>();
  beforeAll(async () => {
    platform = await startPlatform({ definitions: { 'cartridges.yaml': (text) => text.replaceAll('start: 30s', 'start: 5s') } });
    for (const name of ['definitions', 'store', 'api', 'web', 'lb']) places.set(name, await openWorkplace(platform.repository(name)));
  });
  beforeEach(() => {
    loop = requestLoop(platform.shopUrl);
    return () => loop.stop();
  });
  afterAll(async () => {
    for (const place of places.values()) place.close();
    await platform?.end();
  });

  const push = (name: string, changes: Changes): Promise<string> => places.get(name)!.push(changes);

  /** All members of the cluster are active on the commit, and nothing is left to do. */
  const rolledOut = async (alias: string, commit: string): Promise<void> => {
    await platform.until(`${alias} is at ${commit}`, async () => {
      const members = await platform.api.members(alias);
      return members.length > 0 && members.every((member) => member.status === 'active' && member.serving === 'yes' && member.artifacts[0]?.commit === commit);
    });
    await platform.isUp();
  };

  it('of web rolls through both members without a failed request', async () => {
    const before = pidsByMember(platform);
    const commit = await push('web', { 'page.mjs': (text) => text.replace('The shop is open', 'The shop has moved') });
    await timed('roll-out over two web members', () => rolledOut('web', commit));
    expect((await fetchPage(platform.shopUrl)).heading).toBe('The shop has moved');
    expect(loop.failures).toEqual([]);
    expect([...loop.count('web', 'commit').keys()]).toContain(commit.slice(0, 12));
    const after = pidsByMember(platform);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [member, pids] of Object.entries(after)) {
      expect(pids[0]).toBe(before[member]?.[0]);
      expect(pids[1] === before[member]?.[1]).toBe(!member.startsWith('shop-web-'));
    }
  });

  it.each(['api', 'store'])('of %s, a cluster of one, swaps in place without a failed request', async (alias) => {
    const commit = await push(alias, { 'server.mjs': (text) => `${text}// Changed.\n` });
    await timed(`roll-out of ${alias}, in place`, () => rolledOut(alias, commit));
    await platform.until('a page from it', async () => loop.count(alias, 'commit').has(commit.slice(0, 12)));
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('of the load balancer changes how it works behind its port, without a failed request', async () => {
    expect((await fetchText(platform.shopUrl)).headers).toHaveProperty('x-stratos-member');
    const commit = await push('lb', { 'balancer.json': '{ "header": false }\n' });
    await timed('roll-out of the load balancer, in place', () => rolledOut('lb', commit));
    expect((await fetchText(platform.shopUrl)).headers).not.toHaveProperty('x-stratos-member');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect(loop.served).toBeGreaterThan(0);
  });

  it.each([
    ['whose start ends at once', { 'bin/start': '#!/bin/sh\necho no such luck >&2\nexit 1\n' }],
    ['that starts and is not healthy', { 'server.mjs': unhealthy }],
  ])('%s stops at the first member, and the page stays', async (_what, changes) => {
    const good = (await platform.api.members('web'))[0]!.artifacts[0]!.commit;
    const before = pidsByMember(platform);
    const bad = await push('web', changes);
    const hold = await timed('from a broken push to its verdict', () => platform.until('the roll-out has failed', async () => (await platform.api.holds()).find(({ kind }) => kind === 'rollout-failed')));
    expect(hold.because.text).toContain(bad.slice(0, 12));
    expect((await stratos('explain', 'shop', '--url', platform.url)).output).toContain(bad.slice(0, 12));
    await platform.until('both members serve what was good', async () => {
      const members = await platform.api.members('web');
      return members.length === 2 && members.every((member) => member.serving === 'yes' && member.artifacts[0]?.commit === good);
    });
    // One member has tried it; the other has not been touched.
    const after = pidsByMember(platform);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(Object.entries(after).filter(([member, pids]) => pids[1] !== before[member]?.[1])).toHaveLength(1);
    expect((await fetchPage(platform.shopUrl)).servedBy['web']?.commit).toBe(good.slice(0, 12));

    const mended = await push('web', { ...example('bin/start', 'server.mjs'), 'page.mjs': (text) => `${text}// Mended.\n` });
    await rolledOut('web', mended);
    expect(await platform.api.holds()).toEqual([]);
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect([...loop.count('web', 'commit').keys()]).not.toContain(bad.slice(0, 12));
  });

  it('from another folder of its repository is rolled out as carefully', async () => {
    await rolledOut('web', await push('web', inFolder('site', example('bin/start', 'server.mjs', 'page.mjs'))));
    await push('definitions', { 'shop.yaml': (text) => text.replace('artifacts/web.git, branch: main', 'artifacts/web.git, branch: main, path: site') });
    await platform.until('pages from the folder', async () => loop.headings.has('From the folder'));
    await platform.until('both have followed', async () => new Set((await platform.api.members('web')).map(({ artifacts }) => artifacts[0]?.repository)).size === 1);
    await platform.isUp();
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });


  it('outside of the path, or with the same content, restarts nothing', async () => {
    const before = pidsByMember(platform);
    await push('web', { 'README.md': 'Outside of the path.\n' });
    await push('web', {});
    await push('api', {});
    // A later push to another repository has arrived: the ones before it have been looked at.
    await rolledOut('store', await push('store', { 'products.json': (text) => text.replace('Lantern', 'Torch') }));
    const others = (pids: typeof before) => Object.entries(pids).filter(([member]) => !member.startsWith('shop-store-'));
    expect(others(pidsByMember(platform))).toEqual(others(before));
    await loop.stop();
    expect(loop.failures).toEqual([]);
  });

  it('from a folder that does not start keeps what was served', async () => {
    await push('web', inFolder('broken', { ...example('server.mjs', 'page.mjs'), 'bin/start': '#!/bin/sh\nexit 1\n' }));
    await push('definitions', { 'shop.yaml': (text) => text.replace('path: site', 'path: broken') });
    await platform.until('the roll-out has failed', async () => (await platform.api.holds()).some(({ kind }) => kind === 'rollout-failed'));
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect((await fetchPage(platform.shopUrl)).heading).toBe('From the folder');
  });
});

const unhealthy = `import { createServer } from 'node:http';
createServer((request, response) => { response.statusCode = 500; response.end('not well'); }).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** Files of the example's web tier as they were at first. */
function example(...paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(`../../repos-example/artifacts/web/${path}`, import.meta.url), 'utf8')]));
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text.replace('The shop is open', 'From the folder')]));
}
