import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { applicationId, tenantName } from '../../schemas/ids.ts';
import { listenOperator, type Listener } from '../../reconciler/server/listen.ts';
import type { OperatorOptions } from '../../reconciler/server/operator.ts';
import { because, origin, tenant } from './fake-view.ts';
import { operatorFixture, type Fixture } from './operator-fixture.ts';
import { faultsOf } from './schema-check.ts';
import { EventReader, until } from './sockets.ts';

const opened: { listeners: Listener[]; readers: EventReader[] } = { listeners: [], readers: [] };

afterEach(async () => {
  await Promise.all(opened.readers.splice(0).map((reader) => reader.leave()));
  await Promise.all(opened.listeners.splice(0).map((listener) => listener.close()));
});

async function serve(options: Partial<OperatorOptions> = {}): Promise<Fixture & { listener: Listener; read(query?: string, headers?: Record<string, string>): EventReader }> {
  const fixture = operatorFixture(options);
  const listener = await listenOperator(fixture.operator, { host: '127.0.0.1', port: 0, portVariable: 'STRATOS_HTTP_PORT' });
  opened.listeners.push(listener);
  const read = (query = '', headers: Record<string, string> = {}): EventReader => {
    const reader = new EventReader(`${listener.url}/api/v1/events${query}`, headers);
    opened.readers.push(reader);
    return reader;
  };
  return { ...fixture, listener, read };
}

/** The numbers from `first` to `last`. */
const numbers = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the event stream', () => {
  test('begins now, says the version first, and gives each entry once, in order, as the schema says', async () => {
    const { view, read } = await serve();
    view.happen();
    const reader = read();
    await until(() => reader.events('change').length === 1);
    expect((await reader.response).headers.get('content-type')).toBe('text/event-stream');
    for (let index = 0; index < 5; index++) view.happen();
    await until(() => reader.ids().length === 5);
    expect(reader.ids()).toEqual(numbers(2, 6));
    for (const event of reader.events('journal')) expect(faultsOf('event', event)).toEqual([]);
    for (const change of reader.events('change')) expect(faultsOf('change', change)).toEqual([]);
    expect(reader.events('change').at(-1)).toEqual({ version: view.version() });
    expect(reader.events('journal')[0]).toMatchObject({ because: { origin: { file: 'shop.yaml', line: 34, column: 12 } } });
  });

  test('resumes after Last-Event-ID, over many pages of the journal, and goes on live without a gap', async () => {
    const { view, read } = await serve();
    for (let index = 0; index < 350; index++) view.happen();
    // Entries go on happening while the journal is being read.
    const journal = view.journal.bind(view);
    view.journal = async (query) => {
      const page = await journal(query);
      if (view.entries.length < 420) for (let index = 0; index < 10; index++) view.happen();
      return page;
    };
    const reader = read('?since=5', { 'last-event-id': '20' });
    await until(() => reader.ids().length >= 400);
    view.happen();
    await until(() => reader.ids().at(-1) === 421);
    expect(reader.ids()).toEqual(numbers(21, 421));
  });

  test('gives an entry once that is read from the journal before its live frame is ready', async () => {
    const { view, read } = await serve();
    const early = read();
    await until(() => early.text.includes('change'));
    const position = view.position.bind(view);
    let release = (): void => {};
    view.position = (of) => new Promise((resolve) => {
      release = () => resolve(position(of));
      view.position = position;
    });
    view.happen();
    const late = read('?since=0');
    await until(() => late.ids().length === 1);
    expect(early.ids()).toEqual([]);
    release();
    view.happen();
    await until(() => early.ids().includes(2) && late.ids().includes(2));
    expect([early.ids(), late.ids()]).toEqual([[1, 2], [1, 2]]);
  });

  test('begins after `since`, which may count back from the newest entry', async () => {
    const { view, read } = await serve();
    for (let index = 0; index < 10; index++) view.happen();
    const [after, last, all] = [read('?since=7'), read('?since=-2'), read('?since=-100')];
    await until(() => after.ids().length === 3 && last.ids().length === 2 && all.ids().length === 10);
    expect([after.ids(), last.ids(), all.ids()]).toEqual([[8, 9, 10], [9, 10], numbers(1, 10)]);
  });

  test('gives the whole journal to a reader whose last id belongs to a journal that was lost', async () => {
    const { view, read } = await serve();
    for (let index = 0; index < 3; index++) view.happen();
    const reader = read('', { 'last-event-id': '5000' });
    await until(() => reader.ids().length === 3);
    view.happen();
    await until(() => reader.ids().length === 4);
    expect(reader.ids()).toEqual([1, 2, 3, 4]);
  });

  test('keeps to the application, else to the tenant and the platform', async () => {
    const { view, read } = await serve();
    const happenings = [{ tenant, name: 'shop' }, { tenant, name: 'blog' }, { tenant: tenantName('acme'), name: 'wiki' }];
    const [shop, own, acme, resumed] = [read('?application=shop'), read(), read('?tenant=acme'), read('?tenant=acme&since=0')];
    await until(() => [shop, own, acme, resumed].every((reader) => reader.text.includes('change')));
    for (const names of happenings) view.happen({ application: applicationId(names) });
    view.happen({ application: null });
    view.happen({ application: applicationId({ tenant, name: 'shop' }) });
    await until(() => shop.ids().includes(5) && own.ids().includes(5) && acme.ids().includes(4) && resumed.ids().includes(4));
    expect([shop.ids(), own.ids(), acme.ids(), resumed.ids()]).toEqual([[1, 5], [1, 2, 4, 5], [3, 4], [3, 4]]);
  });

  test('sends a comment when the clock strikes, again and again', async () => {
    const { clock, read } = await serve();
    const reader = read();
    await until(() => reader.text.includes('change'));
    for (const count of [1, 2, 3]) {
      clock.strike();
      await until(() => reader.text.split(': ping\n\n').length === count + 1);
    }
    expect(reader.ids()).toEqual([]);
  });

  test('shows an entry whose place cannot be told', async () => {
    const { view, read } = await serve();
    const reader = read();
    await until(() => reader.text.includes('change'));
    view.happen({ because: { ...because, origin: { ...origin, path: 'broken.yaml' } } });
    await until(() => reader.ids().length === 1);
    expect(reader.events('journal')[0]).toMatchObject({ because: { origin: { file: 'broken.yaml', line: null } } });
  });

  test('a line break in a text stays inside its event', async () => {
    const { view, read } = await serve();
    const reader = read();
    await until(() => reader.text.includes('change'));
    view.happen({ text: 'first\n\nid: 99\nevent: change\ndata: {}\r\n\u2028' });
    await until(() => reader.ids().length > 0);
    expect([reader.ids(), reader.events('journal')]).toMatchObject([[1], [{ text: 'first\n\nid: 99\nevent: change\ndata: {}\r\n\u2028' }]]);
  });

  test.each(['x', '-1', '1e3', '9'.repeat(30)])('Last-Event-ID %s is 400', async (id) => {
    const { get } = operatorFixture();
    expect((await get('/api/v1/events', { accept: 'text/event-stream', 'last-event-id': id })).status).toBe(400);
  });
});

describe('the streams together', () => {
  test('listen once for all readers, and not at all when the last has left', async () => {
    const { view, clock, read } = await serve();
    const readers = [read(), read(), read()];
    await until(() => readers.every((reader) => reader.text.includes('change')));
    expect([view.listeners(), clock.waiting.size]).toEqual([2, 1]);
    await Promise.all(readers.map((reader) => reader.leave()));
    await until(() => view.listeners() === 0);
    expect(clock.waiting.size).toBe(0);
  });

  test('HEAD leaves no stream behind', async () => {
    const { operator, view } = operatorFixture();
    const response = await operator.app.request('/api/v1/events', { method: 'HEAD', headers: { host: 'localhost', accept: 'text/event-stream' } });
    expect([response.status, response.headers.get('content-type'), view.listeners()]).toEqual([200, 'text/event-stream', 0]);
  });

  test('above their number get 503', async () => {
    const { listener, read } = await serve({ streamsMax: 2 });
    const readers = [read(), read()];
    await until(() => readers.every((reader) => reader.text.includes('change')));
    const response = await fetch(`${listener.url}/api/v1/events`, { headers: { accept: 'text/event-stream' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(faultsOf('problem-details', await response.json())).toEqual([]);
  });

  test('a reader that does not read is cut, and the others go on', async () => {
    const { listener, view, read } = await serve({ streamQueueBytesMax: 256 * 1024 });
    const quick = read();
    const slow = connect({ host: '127.0.0.1', port: listener.port });
    let received = '';
    let cut = false;
    slow.on('error', () => {});
    slow.on('close', () => {
      cut = true;
    });
    slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost:${listener.port}\r\nAccept: text/event-stream\r\n\r\n`);
    await until(() => quick.text.includes('change'));
    await new Promise((resolve) => slow.once('data', resolve));
    slow.pause();
    // More than the kernel's buffers hold for a connection.
    const text = 'x'.repeat(128 * 1024);
    for (let count = 1; count <= 250; count++) {
      view.happen({ text });
      await until(() => quick.ids().at(-1) === count);
      quick.text = quick.text.slice(-200 * 1024);
    }
    slow.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    slow.resume();
    await until(() => cut);
    expect(received).not.toContain('id: 250\n');
    expect(quick.ended).toBe(false);
  });

  test('when entries cannot be shown in time, readers are sent away rather than left with a gap', async () => {
    const { view, read } = await serve();
    const reader = read();
    await until(() => reader.text.includes('change'));
    view.position = () => new Promise(() => {});
    for (let index = 0; index < 1001; index++) view.happen();
    await reader.finished;
    expect([reader.ids(), view.listeners()]).toEqual([[], 0]);
  });

  test('a journal that cannot be read ends the stream, and says so inside only', async () => {
    const { view, read, errors } = await serve();
    view.happen();
    view.journal = () => Promise.reject(new Error('no journal'));
    const reader = read('?since=0');
    await reader.finished;
    expect(reader.text).not.toContain('no journal');
    expect(errors.map(String)).toEqual(['Error: no journal']);
  });

  test('closing the listener ends them, and resolves', async () => {
    const { listener, read, view } = await serve();
    const readers = [read(), read()];
    await until(() => readers.every((reader) => reader.text.includes('change')));
    await listener.close();
    await Promise.all(readers.map((reader) => reader.finished));
    expect(view.listeners()).toBe(0);
  });
});
