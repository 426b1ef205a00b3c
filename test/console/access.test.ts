/** The page for everyone: by keyboard, by screen reader, in both colour schemes, on a phone, without jumping about. */

import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '../../reconciler/server/listen.ts';
import type { FakeView } from '../server/fake-view.ts';
import { chromiumIsHere, chromiumTag, launchBrowser, openPage, serve } from './browser.ts';
import { busyWorld, clusterOf, memberOf, shopOf, worldAtRest } from './world.ts';

/** What the accessibility checker finds, one line each. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>('axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target} ${node.failureSummary}`)))');
}

describe.skipIf(!chromiumIsHere)(`access to the console ${chromiumTag}`, () => {
  let browser: Browser;
  let listener: Listener;

  beforeAll(async () => { browser = await launchBrowser(); });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
  });

  async function show(view: FakeView, options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
    listener = await serve(view);
    const { page } = await openPage(browser, options);
    await page.goto(`${listener.url}/`);
    await page.locator('[data-kind=member], .empty').first().waitFor();
    return page;
  }

  test.each(['dark', 'light'] as const)('nothing is amiss in %s, opened and cut off', async (colorScheme) => {
    const page = await show(busyWorld(), { colorScheme });
    expect(await faults(page)).toEqual([]);
    await page.locator('[data-kind=member] > summary').nth(3).click();
    for (const summary of await page.locator('.reason > summary, .source summary').all()) await summary.click();
    await page.locator('.event > summary').first().click();
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await faults(page)).toEqual([]);
    await listener.close();
    await page.getByRole('button', { name: 'Connect now' }).waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test.each(['dark', 'light'] as const)('nothing is amiss in %s on a phone with nothing defined', async (colorScheme) => {
    const view = worldAtRest();
    view.applicationList = [];
    const page = await show(view, { colorScheme, viewport: { width: 360, height: 740 } });
    expect(await faults(page)).toEqual([]);
  });

  test('landmarks and headings give the page its outline', async () => {
    const page = await show(busyWorld());
    expect(await page.locator('h1').allTextContents()).toEqual(['Metatron Stratos']);
    expect(await page.locator('h2').allTextContents()).toEqual(['Sources', 'Brokers and providers', 'Applications', 'Problems', 'Plan', 'Events']);
    for (const name of ['Sources', 'Applications', 'Problems', 'Plan', 'Events']) expect(await page.getByRole('region', { name, exact: true }).count()).toBe(1);
    expect([await page.getByRole('banner').count(), await page.getByRole('main').count()]).toEqual([1, 1]);
    expect(await page.getByRole('status').getAttribute('aria-live')).toBe('polite');
  });

  test('the tree is walked with the arrow keys', async () => {
    const page = await show(worldAtRest());
    const focused = (): Promise<string> => page.evaluate('document.activeElement.parentElement.dataset.kind + " " + document.activeElement.querySelector(".name").firstChild.textContent');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the applications');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('application shop');
    const walked: string[] = [];
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'End', 'Home']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(30);
      walked.push(`${key} ${await focused()}`);
    }
    expect(walked).toEqual([
      'ArrowDown instance local', 'ArrowRight group tiers', 'ArrowRight cluster store', 'ArrowRight member shop-store-0-0-5f3a1c9d', 'ArrowLeft cluster store', 'ArrowLeft cluster store',
      'ArrowDown cluster api', 'ArrowUp cluster store', 'ArrowRight cluster store', 'ArrowRight member shop-store-0-0-5f3a1c9d', 'End member shop-lb-0-0-5f3a1c9d', 'Home application shop',
    ]);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('[data-kind=member] .facts').waitFor();
  });

  test.each([360, 420, 800, 1080, 1600])('at %d px nothing hangs over the edge', async (width) => {
    const view = busyWorld();
    view.applicationList = [shopOf([clusterOf('a-very-long-alias-that-nobody-should-choose-but-somebody-will-choose', {
      members: [memberOf('web', 0, { status: 'ready-to-shut-down', serving: 'no(unhealthy)', remark: `x${'y'.repeat(300)}`, endpoints: [{ port: 'http', url: `http://${'a'.repeat(200)}.example/` }] })],
    })])];
    view.sourceList = [{ ...view.sourceList[0]!, commit: { author: 'A'.repeat(200), message: 'm'.repeat(400), atMs: 0 }, failure: 'f'.repeat(300) }];
    const page = await show(view, { viewport: { width, height: 800 } });
    await page.locator('[data-kind=member] > summary').click();
    for (const summary of await page.locator('.reason > summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.evaluate('[...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".away")).map((element) => element.className)')).toEqual([]);
    const panels = await page.evaluate('[...document.querySelectorAll(".panel-body, .side, .sources")].filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.closest("[id]").id)');
    expect(panels).toEqual([]);
  });

  test('an update moves nothing but the list of events', async () => {
    const view = busyWorld();
    const page = await show(view, { viewport: { width: 1600, height: 900 } });
    await page.locator('.event').first().waitFor();
    await page.waitForTimeout(300);
    await page.evaluate('globalThis.moved = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) for (const { node } of entry.sources) moved.push(node?.parentElement?.closest("#events") ? "events" : (node?.className ?? node?.nodeName) + " " + node?.textContent); }).observe({ type: "layout-shift" })');
    const { members } = view.applicationList[0]!.instances[0]!.groups[0]!.clusters[2]!;
    const next = members.map((member, slot) => (slot === 3 ? member : memberOf('web', slot, { status: slot === 0 ? 'ready-to-shut-down' : 'active', serving: slot === 1 ? 'yes' : 'no(updating)' })));
    view.applicationList = [shopOf([
      clusterOf('store', { cartridge: 'node-store' }), clusterOf('api', { min: 2, max: 4, members: [memberOf('api', 0), memberOf('api', 1)] }),
      clusterOf('web', { min: 4, max: 8, members: next, status: 'Inactive' }), clusterOf('lb', { cartridge: 'balancer' }),
    ], { status: 'Inactive' })];
    view.sourceList = view.sourceList.map((source) => ({ ...source, syncedAtMs: Date.now(), commit: { ...source.commit!, message: 'Another message, longer than the one before it was', atMs: Date.now() } }));
    view.happen({ text: 'moved' });
    await page.getByRole('status').filter({ hasText: '1 application Inactive' }).waitFor();
    await page.waitForTimeout(1_200);
    await listener.close();
    await page.getByRole('status').filter({ hasText: 'Disconnected' }).waitFor();
    await page.waitForTimeout(1_200);
    expect((await page.evaluate<string[]>('moved')).filter((place) => place !== 'events')).toEqual([]);
  });
});
