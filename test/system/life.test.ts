/** Ctrl-C leaves nothing; a crash of the supervisor leaves the members, and the next start takes them as they are. */

import { afterEach, describe, expect, it } from 'vitest';
import { startPlatform, type Platform, type PlatformOptions } from './harness/platform.ts';
import { canSeeProcesses, partsOf, processesOf } from './harness/processes.ts';
import { openWorkplace } from './harness/repository.ts';
import { fetchPage, requestLoop } from './harness/requests.ts';
import { nothingDoubled, pidsByMember } from './harness/seats.ts';
import { timed } from './harness/told.ts';

describe.skipIf(!canSeeProcesses)('the life of a platform [needs: the /proc of Linux]', () => {
  const platforms: Platform[] = [];
  const start = async (options?: PlatformOptions): Promise<Platform> => {
    const platform = await startPlatform(options);
    platforms.push(platform);
    return platform;
  };
  afterEach(async () => { await Promise.all(platforms.splice(0).map((platform) => platform.end())); });

  it('ends with Ctrl-C: everything drains and stops, nothing is left, and the next start is as good as the first', async () => {
    const platform = await start();
    expect(await timed('from Ctrl-C to the end', () => platform.interrupt())).toBe(0);
    expect(processesOf(platform.dataDirectory)).toEqual([]);
    expect(platform.output()).toContain('Everything is stopped.');
    platform.start();
    await timed('a later start', () => platform.isUp());
    expect((await fetchPage(platform.shopUrl)).heading).toBe('The shop is open');
    expect((await platform.api.members()).map(({ incarnation }) => incarnation)).toEqual([2, 2, 2, 2, 2]);
    await nothingDoubled(platform);
  });

  it('goes on after `kill -9` of the supervisor: its children end, members live on, the next start adopts them', async () => {
    const platform = await start();
    const before = pidsByMember(platform);
    const loop = requestLoop(platform.shopUrl);
    await platform.crash();
    await platform.until('broker and reconciler have ended', async () => partsOf(platform.dataDirectory, 'reconciler').length + partsOf(platform.dataDirectory, 'broker').length === 0, 20_000);
    expect(pidsByMember(platform)).toEqual(before);
    expect((await fetchPage(platform.shopUrl)).heading).toBe('The shop is open');

    platform.start();
    await timed('a start that adopts five members', () => platform.isUp());
    expect(pidsByMember(platform)).toEqual(before);
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect(await platform.interrupt()).toBe(0);
    expect(processesOf(platform.dataDirectory)).toEqual([]);
  });

  it('cleans up what a whole crash has left: everything killed at once, then a new start', async () => {
    const platform = await start();
    await platform.killAll();
    expect(processesOf(platform.dataDirectory)).toEqual([]);
    platform.start();
    await timed('a start after everything was killed', () => platform.isUp());
    await nothingDoubled(platform);
  });

  it('does not touch another platform beside it', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const before = pidsByMember(other);
    const definitions = await openWorkplace(one.repository('definitions'), 'isomorphic-git');
    await definitions.push({ 'shop.yaml': (text) => text.replace('min: 2', 'min: 3') });
    definitions.close();
    await one.until('three web members in one', async () => (await one.api.members('web')).filter(({ serving }) => serving === 'yes').length === 3);
    expect(await one.interrupt()).toBe(0);
    expect(processesOf(one.dataDirectory)).toEqual([]);
    expect(pidsByMember(other)).toEqual(before);
    expect((await fetchPage(other.shopUrl)).heading).toBe('The shop is open');
    await other.isUp();
  });
});
