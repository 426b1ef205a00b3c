import { describe, expect, test, vi } from 'vitest';
import { keepConnection, reasonOf, within, type Connection, type Hooks } from '../../agent/transports/connection.ts';
import { transportFor } from '../../agent/transports/index.ts';
import type { LinkState } from '../../agent/transports/transport.ts';

const pauses = { first: 1, longest: 4, steady: 60_000 };

/** A network in which the test opens, breaks and blocks connections. */
function network() {
  const opened: (Hooks & { closed: boolean })[] = [];
  const states: LinkState[] = [];
  let failures = 0;
  return {
    opened,
    states,
    failNext: (times: number) => { failures = times; },
    options: {
      pauses,
      onState: (state: LinkState) => { states.push(state); },
      open: async (hooks: Hooks): Promise<Connection & { readonly number: number }> => {
        if (failures-- > 0) throw new Error('refused');
        const connection = { ...hooks, closed: false };
        opened.push(connection);
        return { number: opened.length, close: async () => { connection.closed = true; } };
      },
    },
  };
}
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 1 });

describe('a kept connection', () => {
  test('is opened again for as long as it takes, and every change is told once', async () => {
    const { options, opened, states, failNext } = network();
    failNext(5);
    const kept = keepConnection(options);
    expect(() => kept.demand()).toThrow('not connected to the broker: connecting');
    await soon(() => expect(opened).toHaveLength(1));
    opened[0]?.lost('cut');
    opened[0]?.lost('cut twice');
    await soon(() => expect(opened).toHaveLength(2));
    await soon(() => expect(kept.demand().number).toBe(2));
    expect(opened[0]?.closed).toBe(true);
    expect(states).toEqual([{ connected: false, reason: 'refused' }, { connected: true }, { connected: false, reason: 'cut' }, { connected: true }]);
    await kept.close();
    expect(opened[1]?.closed).toBe(true);
    expect(states).toHaveLength(4);
    expect(() => kept.demand()).toThrow('the link is closed');
  });

  test('is of no use while the broker blocks it, and of use again after', async () => {
    const { options, opened, states } = network();
    const kept = keepConnection(options);
    await soon(() => expect(states).toEqual([{ connected: true }]));
    opened[0]?.blocked('low on memory');
    expect(() => kept.demand()).toThrow('not connected to the broker: low on memory');
    opened[0]?.blocked(null);
    expect(kept.demand().number).toBe(1);
    expect(states).toEqual([{ connected: true }, { connected: false, reason: 'low on memory' }, { connected: true }]);
    opened[0]?.blocked('again');
    opened[0]?.lost('cut');
    await soon(() => expect(kept.demand().number).toBe(2));
    // A word of the old connection means nothing any more.
    opened[0]?.blocked('late');
    expect(kept.demand().number).toBe(2);
    await kept.close();
  });

  test('is closed although its opening never ends', async () => {
    let aborted = false;
    const kept = keepConnection({
      pauses,
      onState: () => undefined,
      open: (hooks) => new Promise<Connection>((_resolve, reject) => {
        hooks.signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('aborted'));
        });
      }),
    });
    await kept.close();
    expect(aborted).toBe(true);
  });
});

describe('small things', () => {
  test('a reason is one line, also of an error of several addresses', () => {
    expect(reasonOf(new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('other')]))).toBe('connect ECONNREFUSED ::1');
    expect(reasonOf(new Error('one\ntwo'))).toBe('one');
    expect(reasonOf(new TypeError(''))).toBe('TypeError');
    expect(reasonOf('text')).toBe('text');
  });

  test('what takes too long is given up', async () => {
    await expect(within(1, 'waiting', new Promise(() => undefined))).rejects.toThrow('waiting took more than 1 ms');
    await expect(within(10_000, 'waiting', Promise.resolve(7))).resolves.toBe(7);
    await expect(within(10_000, 'waiting', Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('a URL finds its transport by its scheme', async () => {
    const names = await Promise.all(['amqp', 'amqps', 'mqtt', 'mqtts', 'memory'].map(async (scheme) => {
      const transport = await transportFor(`${scheme}://user:secret@host/x`);
      expect(transport.schemes).toContain(scheme);
      return transport.name;
    }));
    expect(names).toEqual(['amqp', 'amqp', 'mqtt', 'mqtt', 'memory']);
  });

  test('an unknown scheme is named with those that are known, and no password with it', async () => {
    await expect(transportFor('nats://user:secret@host')).rejects.toThrow('no transport speaks nats://; the broker\'s URL starts with one of amqp://, amqps://, mqtt://, mqtts://, memory://');
    await expect(transportFor('not a url, secret')).rejects.toThrow(/^the broker's address is not a URL; it starts with one of amqp:\/\//);
    await expect(transportFor('constructor://x')).rejects.toThrow(/no transport speaks constructor/);
    for (const url of ['nats://user:secret@host', 'not a url, secret']) {
      await transportFor(url).catch((error: unknown) => expect(String(error)).not.toContain('secret'));
    }
  });
});
