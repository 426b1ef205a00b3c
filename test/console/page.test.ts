/** What the page shows, and that it shows it live. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '../../reconciler/server/listen.ts';
import { applicationNamed, FakeView } from '../server/fake-view.ts';
import { chromiumIsHere, launchBrowser, chromiumTag, openPage, serve, textOf } from './browser.ts';
import { busyWorld, clusterOf, emptyPlan, memberOf, shop, shopOf, worldAtRest } from './world.ts';

describe.skipIf(!chromiumIsHere)(`the console ${chromiumTag}`, () => {
  let browser: Browser;
  const listeners: Listener[] = [];

  beforeAll(async () => { browser = await launchBrowser(); });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  });

  async function show(view: FakeView, path = '/'): Promise<Page> {
    const listener = await serve(view);
    listeners.push(listener);
    const { page } = await openPage(browser);
    await page.goto(listener.url + path);
    return page;
  }

  test('shows the tree down to the members, with the words of the API', async () => {
    const page = await show(busyWorld());
    const tree = page.locator('#applications .tree');
    await tree.locator('[data-kind=member]').first().waitFor();
    expect(await tree.locator('[data-kind=application] > summary h3').allTextContents()).toEqual(['shop']);
    expect(await textOf(tree.locator('[data-kind=instance] > summary'))).toContain('local');
    expect(await textOf(tree.locator('[data-kind=group] > summary'))).toContain('tiers');
    expect(await tree.locator('[data-kind=cluster]').count()).toBe(4);
    expect(await tree.locator('[data-kind=member]').count()).toBe(9);
    const words = await tree.locator('[data-kind=member] > summary .word').allTextContents();
    expect(words.filter((word) => word === 'active').length).toBe(7);
    expect(words).toEqual(expect.arrayContaining(['starting', 'in-maintenance']));
    expect(await tree.locator('.serving').allTextContents()).toEqual(expect.arrayContaining(['serving yes', 'serving no(updating)', 'serving no(unhealthy)', 'serving no(draining)', 'serving no(starting)']));
    expect(await tree.getByRole('img', { name: /2 active; 1 active, serving no\(updating\)/ }).count()).toBe(1);
  });

  test('shows all of a member when it is opened', async () => {
    const page = await show(busyWorld());
    await page.locator('[data-kind=member] > summary', { hasText: 'shop-web-0-1-5f3a1c9d' }).click();
    const facts = await textOf(page.locator('[data-kind=member] .facts'));
    for (const fact of ['shop-web-0-1-5f3a1c9d', '1, incarnation 1', 'active, serving no(updating)', 'local/right', 'http://127.0.0.1:41001/', 'r-5b1f09', '4be1d0c27a934b6e8f0d35c1a2b9e7f604c81d52', 'checks out 9f27c5ab10de']) expect(facts).toContain(fact);
    const link = page.locator('[data-kind=member] .facts a');
    expect([await link.getAttribute('href'), await link.getAttribute('rel')]).toEqual(['http://127.0.0.1:41001/', 'noreferrer noopener']);
  });

  test('shows the commit of each source, and why one cannot be read', async () => {
    const page = await show(busyWorld());
    await page.locator('.source').nth(1).waitFor();
    const [first, second] = await page.locator('.source').allInnerTexts();
    expect(first).toMatch(/definitions\s*main[^]*Ann Example, 3 min ago[^]*aaaaaaaa[^]*web: serve the new catalogue page/);
    expect(second).toMatch(/acme\s*release · platform[^]*Bo, 2 h ago[^]*4be1d0c2[^]*Close the eu network partition[^]*ECONNREFUSED[^]*last good revision stays/);
    await page.locator('.source summary').click();
    expect(await textOf(page.locator('.source .subject p'))).toContain('The tenants were told.');
    expect(await textOf(page.locator('.links'))).toMatch(/broker\s*local\s*connected[^]*provider\s*local\s*connected/);
  });

  test('shows problems with their places, plan and holds with their reasons', async () => {
    const page = await show(busyWorld());
    await page.locator('#plan .item').nth(4).waitFor();
    const problems = await page.locator('#problems .item').allInnerTexts();
    expect(problems[0]).toMatch(/error\s*teams\/retail\/blog\.yaml:12:15[^]*did you mean "node-http"[^]*Name an existing cartridge[^]*holds default\/blog/);
    expect(problems[1]).toMatch(/warning\s*policies\.yaml:48:3/);
    const plan = await page.locator('#plan .item').allInnerTexts();
    expect(plan[0]).toMatch(/start-member\s*× 2\s*tiers\/web[^]*web has 4 of 6 members/);
    expect(plan.at(-1)).toMatch(/needs-approval\s*whole application[^]*12 of 18 members[^]*kind: Approval[^]*hold: h-3f9ac1/);
    expect(plan.find((item) => item.startsWith('back-off'))).toMatch(/Ends by itself in 4\d s/);
    await page.locator('#plan .reason > summary').first().click();
    expect(await textOf(page.locator('#plan .reason').first())).toMatch(/min\s*6\s*live\s*4\s*rule required\/minimum\s*from shop\.yaml:34:12[^]*shop-web-0-5-5f3a2d11 on local\/p1/);
    expect(await page.title()).toBe('1 error in the definitions · 1 source cannot be read · 1 removal waiting for an approval · 3 actions under way · 2 holds · 7 of 8 members active – Metatron Stratos');
  });

  test('follows a change without being loaded again', async () => {
    const view = worldAtRest();
    const page = await show(view);
    await page.getByText('Everything runs as Git wants it').waitFor();
    await page.evaluate('globalThis.sameDocument = true');
    await page.locator('[data-kind=cluster]', { hasText: 'web' }).locator('[data-kind=member] > summary').first().click();
    view.applicationList = [shopOf([clusterOf('web', { min: 3, max: 8, members: [memberOf('web', 0), memberOf('web', 1, { serving: 'no(draining)' }), memberOf('web', 2, { status: 'starting', serving: 'no(starting)' })] })])];
    view.sourceList = [{ ...view.sourceList[0]!, commit: { author: 'Cy', message: 'web: three members', atMs: Date.now() } }];
    view.happen({ type: 'synced', text: 'definitions is at bbbbbbbb', application: null });
    await page.getByText('web: three members').waitFor();
    await page.getByText('2 of 3 members active').waitFor();
    await page.getByText('Nothing further to do now').waitFor();
    expect(await page.locator('[data-kind=member] > summary .serving').allTextContents()).toEqual(['serving yes', 'serving no(draining)', 'serving no(starting)']);
    expect(await page.locator('[data-kind=member][open]').count()).toBe(1);
    expect(await page.locator('.event .text').allTextContents()).toEqual(['definitions is at bbbbbbbb']);
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
  });

  test('shows events newest first, of one application, and holds still when paused', async () => {
    const view = busyWorld();
    view.applicationList.push(applicationNamed('blog'));
    const page = await show(view);
    const texts = page.locator('.event .text');
    await texts.first().waitFor();
    expect([await texts.first().textContent(), await texts.last().textContent()]).toEqual([view.entries.at(-1)?.text, view.entries[0]?.text]);
    await page.getByLabel('Events of').selectOption('blog');
    await page.getByText('Nothing has happened to blog lately.').waitFor();
    await page.getByLabel('Events of').selectOption('shop');
    expect(await page.locator('.event .of').allTextContents()).toEqual(view.entries.filter(({ application }) => application === shop).map(() => 'shop'));
    await page.getByRole('button', { name: 'Pause' }).click();
    const shown = await texts.allTextContents();
    view.happen({ type: 'member-active', text: 'came while it was paused' });
    await page.getByRole('button', { name: 'Paused, 1 new' }).waitFor();
    expect(await texts.allTextContents()).toEqual(shown);
    await page.getByRole('button', { name: 'Paused, 1 new' }).click();
    expect(await texts.first().textContent()).toBe('came while it was paused');
    await page.locator('.event > summary', { hasText: 'web has 1 of 2 members' }).click();
    expect(await textOf(page.locator('.event .facts'))).toMatch(/number 4[^]*action\s*start-member[^]*Because\s*web has 1 of 2 members required\/minimum[^]*shop\.yaml:34:12/);
  });

  test('reads the trees of many applications only when they are opened', async () => {
    const view = new FakeView();
    view.applicationList = Array.from({ length: 40 }, (_, index) => applicationNamed(`app-${String(index).padStart(2, '0')}`));
    const page = await show(view);
    await page.locator('[data-kind=application]').nth(39).waitFor();
    expect(await page.locator('[data-kind=cluster]').count()).toBe(0);
    await page.locator('[data-kind=application] > summary').nth(7).click();
    await page.locator('[data-kind=cluster]').nth(2).waitFor();
    expect(await page.locator('[data-kind=application][open] h3').allTextContents()).toEqual(['app-07']);
  });

  test('says how a new platform comes to life', async () => {
    const view = worldAtRest();
    view.applicationList = [];
    view.plans.clear();
    const page = await show(view);
    await page.getByText('Nothing is defined yet').waitFor();
    expect(await textOf(page.locator('#applications'))).toContain('http://git.example.com/platform/definitions.git');
    view.applicationList = [shopOf([clusterOf('web')])];
    view.plans.set(shop, emptyPlan());
    view.change();
    await page.getByText('Everything runs as Git wants it').waitFor();
  });

  test('shows the tenant that is asked for, and says when there is none of that name', async () => {
    const view = new FakeView();
    expect(await (await show(view, '/?tenant=acme')).locator('[data-kind=application] h3').textContent()).toBe('wiki');
    const page = await show(view, '/?tenant=acm');
    await page.getByRole('status').filter({ hasText: 'There is no tenant "acm"; did you mean "acme"?' }).waitFor();
  });
});
