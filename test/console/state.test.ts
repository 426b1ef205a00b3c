/** How the page keeps itself up to date, without a browser: what is read when, and when a stream is given up. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../console/model/event-stream.ts';
import { createRefresher } from '../../console/state/refresher.ts';
import { readStream } from '../../console/state/stream.ts';

/** Time that passes when the test says so. */
class ManualClock {
  now = 0;
  readonly waiting = new Set<{ atMs: number; run: () => void }>();

  nowMs = (): number => this.now;
  random = (): number => 0.5;

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.now + delayMs, run };
    this.waiting.add(timer);
    return () => this.waiting.delete(timer);
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const timer of [...this.waiting].filter(({ atMs }) => atMs <= this.now)) {
      this.waiting.delete(timer);
      timer.run();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('reading again', () => {
  test('many requests during one reading lead to one more', async () => {
    const clock = new ManualClock();
    let readings = 0;
    let finish = (): void => {};
    const refresher = createRefresher(clock, () => new Promise((resolve) => { readings += 1; finish = resolve; }), () => {});
    refresher.request();
    refresher.request();
    await clock.pass(0);
    for (let times = 0; times < 10; times += 1) refresher.request();
    await clock.pass(5_000);
    expect(readings).toBe(1);
    finish();
    await clock.pass(0);
    expect(readings).toBe(1);
    await clock.pass(250);
    expect(readings).toBe(2);
    finish();
    await clock.pass(60_000);
    expect(readings).toBe(2);
  });

  test('a reading that fails is told and repeated, later each time, and at once when something changes', async () => {
    const clock = new ManualClock();
    const told: (string | null)[] = [];
    let readings = 0;
    let broken = true;
    const refresher = createRefresher(clock, () => { readings += 1; return broken ? Promise.reject(new Error('no')) : Promise.resolve(); }, (failure) => told.push(failure));
    refresher.request();
    await clock.pass(0);
    await clock.pass(749);
    expect(readings).toBe(1);
    await clock.pass(1);
    expect(readings).toBe(2);
    await clock.pass(750);
    expect(readings).toBe(2);
    broken = false;
    refresher.request();
    await clock.pass(0);
    expect([readings, told]).toEqual([3, ['no', 'no', null]]);
    await clock.pass(120_000);
    expect(readings).toBe(3);
  });

  test('ends when it is stopped', async () => {
    const clock = new ManualClock();
    const refresher = createRefresher(clock, () => Promise.reject(new Error('no')), () => {});
    refresher.request();
    await clock.pass(0);
    refresher.stop();
    refresher.request();
    expect(clock.waiting.size).toBe(0);
  });
});

describe('a stream', () => {
  async function against(answer: (response: import('node:http').ServerResponse, url: string, headers: NodeJS.Dict<string | string[]>) => void, run: (base: string) => Promise<void>): Promise<void> {
    const server = createServer((request, response) => answer(response, request.url ?? '', request.headers));
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    try {
      await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    }
  }

  test('on which nothing comes any more is given up', async () => {
    const clock = new ManualClock();
    await against((response) => { response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: change\ndata: {}\n\n'); }, async (base) => {
      const received: Message[] = [];
      let first = (): void => {};
      const heard = new Promise<void>((resolve) => { first = resolve; });
      const ended = readStream({
        fetch: (url, init) => fetch(base + url, init), clock, tenant: 'default', lastEventId: '', signal: new AbortController().signal,
        opened() {}, received(messages) { received.push(...messages); first(); },
      }).then(() => 'ended', (error: unknown) => String(error));
      await heard;
      await clock.pass(39_999);
      expect(received).toEqual([{ event: 'change', data: '{}', id: '' }]);
      await clock.pass(1);
      expect(await ended).toContain('the server has fallen silent');
      expect(clock.waiting.size).toBe(0);
    });
  });

  test('asks for what it missed, else for the latest, and tells why it was refused', async () => {
    const asked: unknown[] = [];
    await against((response, url, headers) => {
      asked.push([url, headers['last-event-id'] ?? null]);
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{"type":"urn:stratos:problem:too-many-streams","detail":"No further event stream can be served now"}');
    }, async (base) => {
      for (const lastEventId of ['', '17']) {
        const options = { fetch: (url: string, init: RequestInit) => fetch(base + url, init), clock: new ManualClock(), tenant: 'a&b', lastEventId, signal: new AbortController().signal, opened() {}, received() {} };
        await expect(readStream(options)).rejects.toThrow('No further event stream can be served now');
      }
    });
    expect(asked).toEqual([['/api/v1/events?tenant=a%26b&since=-200', null], ['/api/v1/events?tenant=a%26b', '17']]);
  });
});
