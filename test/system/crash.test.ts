/** The platform's own parts are killed, its store is deleted: the members live on, the shop is served, and work goes on where it was. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses, partsOf, signal } from './harness/processes.ts';
import { openWorkplace, type Workplace } from './harness/repository.ts';
import { requestLoop, type Loop } from './harness/requests.ts';
import { nothingDoubled, pidsByMember } from './harness/seats.ts';
import { timed } from './harness/told.ts';
import { pause } from './harness/until.ts';

/** An agent that was not heard for this long would be taken for lost. */
const untilSilenceCountsMs = 14_000;

describe.skipIf(!canSeeProcesses)('parts that are killed [needs: the /proc of Linux]', () => {
  let platform: Platform;
  let web: Workplace;
  let loop: Loop;
  beforeAll(async () => {
    platform = await startPlatform();
    web = await openWorkplace(platform.repository('web'));
  });
  beforeEach(() => { loop = requestLoop(platform.shopUrl); });
  afterEach(() => loop.stop());
  afterAll(async () => {
    web?.close();
    await platform?.end();
  });

  const servedThroughout = async (): Promise<void> => {
    await loop.stop();
    await nothingDoubled(platform);
    expect(loop.failures).toEqual([]);
  };
  const kill = (part: 'broker' | 'reconciler') => (): Promise<void> => platform.killPart(part);
  const deleteStore = (): void => {
    for (const name of ['store.sqlite', 'store.sqlite-wal', 'store.sqlite-shm']) rmSync(join(platform.dataDirectory, name), { force: true });
  };
  const heard = async (): Promise<void> => {
    await platform.until('the broker is connected', async () => (await platform.api.status())?.brokers.every(({ connected }) => connected));
    await platform.isUp();
  };
  let edition = 1;
  const pushWeb = (): Promise<string> => web.push({ 'page.mjs': (text) => text.replace(/const heading = '.*'/, `const heading = 'Edition ${(edition += 1)}'`) });
  const rolledOut = async (commit: string): Promise<void> => {
    await platform.until(`web is at ${commit}`, async () => {
      const members = await platform.api.members('web');
      return members.length === 2 && members.every((member) => member.serving === 'yes' && member.status === 'active' && member.artifacts[0]?.commit === commit);
    });
    await heard();
  };

  it.each([
    ['the broker', kill('broker')],
    ['the reconciler', kill('reconciler')],
    ['the reconciler and the broker', () => Promise.all([platform.killPart('reconciler'), platform.killPart('broker')])],
    ['the store while it is in use', deleteStore],
    ['the store and the reconciler', () => { deleteStore(); return platform.killPart('reconciler'); }],
  ] as const)('%s: no member is restarted, and the next push is followed', async (what, strike) => {
    const before = pidsByMember(platform);
    await strike();
    await timed(`from the loss of ${what} to a settled shop`, heard);
    expect(pidsByMember(platform)).toEqual(before);
    await rolledOut(await pushWeb());
    await servedThroughout();
  });

  it.each([
    ['the broker', kill('broker')],
    ['the reconciler', kill('reconciler')],
    ['the store and the reconciler', () => { deleteStore(); return platform.killPart('reconciler'); }],
  ] as const)('%s in the middle of a roll-out', async (what, strike) => {
    const members = Object.keys(pidsByMember(platform));
    const commit = await pushWeb();
    await platform.until('one member has the new commit or is at it', async () =>
      (await platform.api.members('web')).some((member) => member.serving === 'no(updating)' || member.artifacts[0]?.commit === commit));
    await strike();
    await timed(`roll-out with the loss of ${what} in its middle`, () => rolledOut(commit));
    expect(Object.keys(pidsByMember(platform))).toEqual(members);
    await servedThroughout();
  });

  it('both killed again and again come back with back-off, and the shop does not notice', async () => {
    const before = pidsByMember(platform);
    for (let time = 0; time < 2; time += 1) for (const part of ['broker', 'reconciler'] as const) {
      for (const { pid } of partsOf(platform.dataDirectory, part)) signal(pid, 'SIGKILL');
      await platform.until(`the ${part} runs again`, async () => partsOf(platform.dataDirectory, part).length === 1);
    }
    await heard();
    await pause(untilSilenceCountsMs);
    await platform.isUp();
    expect(pidsByMember(platform)).toEqual(before);
    await servedThroughout();
  });
});
