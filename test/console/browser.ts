/** A real browser, and a page of the console served by the real server over a read model in memory. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { ensureConsole } from '../../console/build/build.ts';
import { listenOperator, type Listener } from '../../reconciler/server/listen.ts';
import { createOperatorApp } from '../../reconciler/server/operator.ts';
import { systemClock } from '../../reconciler/clock.ts';
import type { FakeView } from '../server/fake-view.ts';

const executablePath = process.env['STRATOS_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const consoleDirectory = fileURLToPath(new URL('../../console/dist', import.meta.url));

export const chromiumIsHere = existsSync(executablePath);
export const chromiumTag = '[needs: Chromium at /usr/bin/chromium, or where STRATOS_TEST_CHROMIUM says]';

export async function launchBrowser(): Promise<Browser> {
  await ensureConsole();
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'] });
}

export function serve(view: FakeView, port = 0): Promise<Listener> {
  const operator = createOperatorApp(view, { publicUrl: null, consoleDirectory, clock: systemClock, onError(error) { throw error; } });
  return listenOperator(operator, { host: '127.0.0.1', port, portVariable: 'STRATOS_HTTP_PORT', limits: { closeTimeoutMs: 200 } });
}

/** What a page did that it must not do, or that a test wants to count. */
export interface Watched {
  readonly page: Page;
  readonly dialogs: string[];
  /** Errors and warnings of the browser's console, refused by policy among them. */
  readonly complaints: string[];
  /** Addresses asked for, on this server or elsewhere. */
  readonly requests: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const watched: Watched = { page, dialogs: [], complaints: [], requests: [] };
  page.on('dialog', (dialog) => {
    watched.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text());
  });
  page.on('pageerror', (error) => watched.complaints.push(String(error)));
  page.on('request', (request) => watched.requests.push(request.url()));
  return watched;
}

/** What a person reads in an element. */
export function textOf(locator: Locator): Promise<string> {
  return locator.innerText();
}
