/** Git is the source of truth: what a push to the definitions changes, and what it must never remove. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses } from './harness/processes.ts';
import { openWorkplace, type Workplace } from './harness/repository.ts';
import { requestLoop, type Loop } from './harness/requests.ts';
import { pidsByMember, nothingDoubled } from './harness/seats.ts';
import { stratos } from './harness/stratos.ts';
import { timed } from './harness/told.ts';

const example = readFileSync(new URL('../../repos-example/definitions/shop.yaml', import.meta.url), 'utf8');

describe.skipIf(!canSeeProcesses)('a push to the definitions [needs: the /proc of Linux]', () => {
  let platform: Platform;
  let definitions: Workplace;
  let loop: Loop;
  beforeAll(async () => {
    platform = await startPlatform();
    definitions = await openWorkplace(platform.repository('definitions'));
    loop = requestLoop(platform.shopUrl);
  });
  afterAll(async () => {
    await loop?.stop();
    definitions?.close();
    await platform?.end();
  });

  const isAt = (revision: string): Promise<true> => platform.until(`the platform is at ${revision}`, async () => (await platform.api.status())?.revision === revision && true);

  it('scales web from 2 to 4 with `min`, and back with `git revert`, without a failed request', async () => {
    const before = pidsByMember(platform);
    await definitions.push({ 'shop.yaml': (text) => text.replace('min: 2', 'min: 4') }, 'Four web members');
    await timed('from push to four web members that are sent requests', () => platform.until('four web members, each sent requests', async () => {
      const members = (await platform.api.members('web')).filter(({ status, serving }) => status === 'active' && serving === 'yes');
      return members.length === 4 && members.every(({ id }) => (loop.count('web', 'member').get(id) ?? 0) > 0);
    }));
    expect(pidsByMember(platform)).toMatchObject(before);
    await platform.isUp();

    await definitions.revert();
    await timed('from `git revert` to two web members, settled', async () => {
      await platform.until('two web members', async () => (await platform.api.members('web')).length === 2);
      await platform.isUp();
    });
    expect(pidsByMember(platform)).toEqual(before);
    expect(loop.failures).toEqual([]);
    expect(await platform.api.holds()).toEqual([]);
  });

  it('keeps everything up beside a broken document, and says at which line and column', async () => {
    const before = pidsByMember(platform);
    await definitions.push({ 'shop.yaml': (text) => text.replace('max: 8', 'max: many') }, 'A slip');
    const line = example.split('\n').findIndex((text) => text.includes('max: 8')) + 1;
    const problem = await platform.until('the problem', async () => (await platform.api.problems()).find((one) => one.file === 'shop.yaml' && one.severity === 'error'));
    expect(problem).toMatchObject({ line, source: 'definitions' });
    expect(problem.column).toBeGreaterThan(1);
    const told = (await stratos('get', 'problems', '--url', platform.url)).output;
    expect(told).toContain(`shop.yaml:${line}:${problem.column}`);
    expect(await stratos('validate', '--git', platform.repository('definitions'))).toMatchObject({ code: 1, output: expect.stringContaining(`shop.yaml:${line}:${problem.column}`) });
    expect((await platform.api.holds()).map(({ kind }) => kind)).toEqual(['held-definition']);

    // What is not broken is followed all the same.
    const mended = await definitions.push({ 'shop.yaml': (text) => text.replace('max: many', 'max: 6') }, 'Mended');
    await isAt(mended);
    await platform.until('the problem is gone', async () => (await platform.api.problems()).length === 0);
    await platform.isUp();
    expect(pidsByMember(platform)).toEqual(before);
  });

  it('removes nothing for a history that was rewritten, a branch that was deleted, or a source that holds nothing', async () => {
    const before = pidsByMember(platform);
    await definitions.forcePush({ 'shop.yaml': null });
    await platform.until('the rewritten history is told', async () => (await platform.api.problems()).some(({ code }) => code === 'history-rewritten'));
    await platform.until('the application stands', async () => (await platform.api.holds()).some(({ kind }) => kind === 'stale-input'));
    expect(pidsByMember(platform)).toEqual(before);

    await definitions.deleteBranch();
    await platform.until('the missing branch is told', async () => (await platform.api.problems()).some(({ code }) => code.startsWith('source-')));
    expect(pidsByMember(platform)).toEqual(before);

    await definitions.pushBranch();
    await definitions.push({ 'shop.yaml': example });
    await platform.until('all is well again', async () => (await platform.api.problems()).length === 0);
    await platform.isUp();
    expect(pidsByMember(platform)).toEqual(before);
    expect(loop.failures).toEqual([]);
  });

  it('removes an application whose document is gone, dependents first', async () => {
    await loop.stop();
    const gone = await definitions.push({ 'shop.yaml': null }, 'No shop any more');
    await isAt(gone);
    await timed('from push to nothing left', () => platform.until('the shop is gone', async () => {
      const list = await platform.api.get<{ items: readonly unknown[] }>('/api/v1/applications');
      return list?.items.length === 0 && Object.keys(pidsByMember(platform)).length === 0;
    }));
    const stops = (await platform.api.events()).filter(({ type, text }) => type === 'action-done' && text.startsWith('stop-member')).slice(-5);
    expect(stops.map(({ text }) => /shop-([a-z]+)-/.exec(text)?.[1])).toEqual(['lb', 'web', 'web', 'api', 'store']);

    await definitions.revert();
    await platform.isUp();
    await nothingDoubled(platform);
  });
});
