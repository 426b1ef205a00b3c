import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CannotListen, listenOperator, type Limits, type Listener } from '../../reconciler/server/listen.ts';
import { operatorFixture, type Fixture } from './operator-fixture.ts';
import { openSocket, readToEnd, until } from './sockets.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function serve(limits: Partial<Limits> = {}, host = '127.0.0.1'): Promise<Fixture & { listener: Listener }> {
  const fixture = operatorFixture();
  const listener = await listenOperator(fixture.operator, { host, port: 0, portVariable: 'STRATOS_HTTP_PORT', limits });
  listeners.push(listener);
  return { ...fixture, listener };
}

describe('an address that cannot be had', () => {
  test('because its port is taken, is an error that names port and variable', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const attempt = listenOperator(operatorFixture().operator, { host: '127.0.0.1', port, portVariable: 'STRATOS_HTTP_PORT' });
    await expect(attempt).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken; choose another one with STRATOS_HTTP_PORT`);
    await expect(attempt).rejects.toBeInstanceOf(CannotListen);
    await expect(attempt).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await new Promise((resolve) => other.close(resolve));
  });

  test('because the host is not this machine, says so', async () => {
    await expect(listenOperator(operatorFixture().operator, { host: '192.0.2.1', port: 0, portVariable: 'STRATOS_HTTP_PORT' })).rejects.toThrow(/192\.0\.2\.1 cannot be listened at \(EADDRNOTAVAIL\); .*STRATOS_HTTP_PORT/);
  });
});

describe('a listener', () => {
  test('answers to the port that it got, over IPv4 and IPv6', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const { listener } = await serve({}, host);
      expect(listener.url).toBe(host === '::1' ? `http://[::1]:${listener.port}` : `http://127.0.0.1:${listener.port}`);
      expect(await (await fetch(`${listener.url}/healthz`)).json()).toEqual({ live: true });
    }
  });

  test('closes a request whose head does not come to its end, byte by byte', async () => {
    const { listener } = await serve({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const socket = openSocket(listener.port);
    const answer = readToEnd(socket, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.writable && socket.write('a: b\r\n'), 20);
    expect((await answer).status).toBe(408);
    clearInterval(drip);
  });

  test('closes a request whose body does not come to its end', async () => {
    const { listener, errors } = await serve({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const socket = openSocket(listener.port);
    const answer = readToEnd(socket, `POST /webhooks/github/definitions HTTP/1.1\r\nHost: localhost:${listener.port}\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nContent-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.writable && socket.write('x'), 20);
    expect([400, 408]).toContain((await answer).status);
    clearInterval(drip);
    expect(errors).toEqual([]);
  });

  test('closes a connection on which nothing moves', async () => {
    const { listener } = await serve({ idleTimeoutMs: 100, keepAliveTimeoutMs: 100 });
    expect((await readToEnd(openSocket(listener.port), '')).text).toBe('');
    expect((await readToEnd(openSocket(listener.port), `GET /healthz HTTP/1.1\r\nHost: localhost:${listener.port}\r\n\r\n`)).status).toBe(200);
  });

  test('refuses connections above their number', async () => {
    const { listener } = await serve({ connectionsMax: 2 });
    const held = [openSocket(listener.port), openSocket(listener.port)];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect((await readToEnd(openSocket(listener.port), `GET /healthz HTTP/1.1\r\nHost: localhost:${listener.port}\r\n\r\n`)).text).toBe('');
    for (const socket of held) socket.destroy();
  });

  test('closes: a request in flight is answered, an idle connection goes, no new one is taken, twice is once', async () => {
    const { listener, view } = await serve();
    let answer = (_text: string): void => {};
    view.metrics = () => new Promise((resolve) => { answer = resolve; });
    let asked = false;
    const original = view.metrics;
    view.metrics = () => {
      asked = true;
      return original();
    };
    await (await fetch(`${listener.url}/healthz`)).text();
    const inFlight = fetch(`${listener.url}/metrics`);
    await until(() => asked);
    const closed = listener.close();
    await expect(fetch(`${listener.url}/healthz`)).rejects.toThrow('fetch failed');
    answer('measured 1\n');
    expect(await (await inFlight).text()).toBe('measured 1\n');
    await closed;
    await listener.close();
  });

  test('closes although a request never ends', async () => {
    const { listener, view } = await serve({ closeTimeoutMs: 50 });
    let asked = false;
    view.metrics = () => {
      asked = true;
      return new Promise(() => {});
    };
    const hanging = fetch(`${listener.url}/metrics`).catch(() => 'cut');
    await until(() => asked);
    await listener.close();
    expect(await hanging).toBe('cut');
  });
});
