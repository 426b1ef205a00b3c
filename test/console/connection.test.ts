/** The page loses its server and finds it again. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '../../reconciler/server/listen.ts';
import { chromiumIsHere, chromiumTag, launchBrowser, openPage, serve } from './browser.ts';
import { clusterOf, shopOf, worldAtRest } from './world.ts';

describe.skipIf(!chromiumIsHere)(`the console's connection ${chromiumTag}`, () => {
  let browser: Browser;
  let listener: Listener | null = null;

  beforeAll(async () => { browser = await launchBrowser(); });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener?.close();
  });

  test('says that it is lost, keeps what it showed, and resumes where it was', async () => {
    const view = worldAtRest();
    view.happen({ text: 'before' });
    listener = await serve(view);
    const { page, requests } = await openPage(browser);
    const resumed: string[] = [];
    page.on('request', (request) => {
      const id = request.headers()['last-event-id'];
      if (id !== undefined) resumed.push(id);
    });
    await page.goto(`${listener.url}/`);
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
    await page.locator('.event').waitFor();
    await listener.close();
    await page.getByRole('status').filter({ hasText: /^Disconnected: the server .*What you see is as of \d\d:\d\d:\d\d\.$/ }).waitFor();
    await page.getByText(/next attempt in \d+ s/).waitFor();
    expect(await page.locator('[data-kind=cluster]').count()).toBe(4);

    view.happen({ text: 'while it was away' });
    view.applicationList = [shopOf([clusterOf('web')])];
    listener = await serve(view, listener.port);
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
    await page.getByText('while it was away').waitFor();
    expect(await page.locator('.event .text').allTextContents()).toEqual(['while it was away', 'before']);
    await page.waitForFunction('document.querySelectorAll("[data-kind=cluster]").length === 1');
    expect(resumed.at(-1)).toBe('1');
    expect(requests.filter((url) => new URL(url).pathname === '/')).toHaveLength(1);
    view.happen({ text: 'live again' });
    await page.getByText('live again').waitFor();
  });

  test('begins a new list when the journal has begun anew', async () => {
    const view = worldAtRest();
    for (const text of ['one', 'two', 'three']) view.happen({ text });
    listener = await serve(view);
    const { page } = await openPage(browser);
    await page.goto(`${listener.url}/`);
    await page.locator('.event').nth(2).waitFor();
    await listener.close();
    const other = worldAtRest();
    other.happen({ text: 'another life', atMs: Date.now() });
    listener = await serve(other, listener.port);
    await page.getByText('another life').waitFor();
    expect(await page.locator('.event .text').allTextContents()).toEqual(['another life']);
  });

  test('connects at once when it is asked to', async () => {
    listener = await serve(worldAtRest());
    const { page } = await openPage(browser);
    await page.goto(`${listener.url}/`);
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
    let refused = 0;
    await page.route('**/api/v1/events*', (route) => {
      refused += 1;
      return refused > 4 ? route.continue() : route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:stratos:problem:too-many-streams', title: 'Too many streams', status: 503, detail: 'No further event stream can be served now' }) });
    });
    const { port } = listener;
    await listener.close();
    listener = await serve(worldAtRest(), port);
    await page.getByRole('status').filter({ hasText: 'Disconnected: No further event stream can be served now.' }).waitFor();
    const before = refused;
    await page.getByRole('button', { name: 'Connect now' }).click();
    await expect.poll(() => refused).toBeGreaterThan(before);
    while (refused <= 4) await page.getByRole('button', { name: 'Connect now' }).click().catch(() => {});
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
  });

  test('shows what it can when nothing answers, and fills itself later', async () => {
    listener = await serve(worldAtRest());
    const { page } = await openPage(browser);
    let broken = true;
    await page.route('**/api/v1/**', (route) => (broken ? route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>Oops</h1>' }) : route.continue()));
    await page.goto(`${listener.url}/`);
    await page.getByText('Nothing can be shown yet').waitFor();
    expect(await page.getByRole('status').innerText()).toMatch(/the server answers 500/);
    broken = false;
    await page.getByText('Everything runs as Git wants it').waitFor();
  });

  test('holds no connection while nobody looks at it, and is live again when somebody does', async () => {
    const view = worldAtRest();
    listener = await serve(view);
    const { page } = await openPage(browser);
    await page.clock.install();
    await page.goto(`${listener.url}/`);
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
    const turn = (state: string): Promise<unknown> => page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`);
    await turn('hidden');
    await page.clock.fastForward(30_000);
    expect(view.listeners()).toBeGreaterThan(0);
    await page.clock.fastForward(31_000);
    await expect.poll(() => view.listeners()).toBe(0);
    view.happen({ text: 'unseen' });
    await turn('visible');
    await page.getByText('unseen').waitFor();
    expect(await page.locator('.connection').innerText()).toBe('Live');
  });
});
