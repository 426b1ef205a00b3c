/** The gate alone, before servers of the test's own. */

import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { Gate } from '../../agent/operations/gate/gate.ts';
import { waitingMax } from '../../agent/operations/gate/waiting-room.ts';
import { defaultSettings } from './member.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(listener: RequestListener): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function openGate(protocol: 'http' | 'tcp' = 'http'): Promise<{ readonly gate: Gate; readonly url: string; readonly port: number }> {
  const gate = new Gate({ ...defaultSettings, ports: [{ name: 'main', protocol, port: 80 }] }, systemClock);
  const ports = await gate.open({});
  ends.push(() => gate.close());
  return { gate, url: `http://127.0.0.1:${ports['main']}`, port: ports['main'] ?? 0 };
}

describe('a request through the gate', () => {
  it('keeps method, path, body and headers, and says for whom it is', async () => {
    const { port } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(201, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() }));
    });
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const response = await fetch(`${url}/a%20b?c=d`, { method: 'POST', body: 'hello', headers: { 'x-question': 'really', 'x-forwarded-for': '192.0.2.1' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const seen = await response.json() as { readonly headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'POST', url: '/a%20b?c=d', body: 'hello' });
    expect(seen.headers).toMatchObject({ 'x-question': 'really', 'x-forwarded-for': '192.0.2.1, 127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': new URL(url).host });
  });

  it('streams both ways: the answer begins before the request has ended', async () => {
    const { port } = await serve((request, response) => void request.pipe(response));
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const asking = httpRequest(url, { method: 'PUT' });
    asking.write('first');
    const [answer] = await once(asking, 'response') as [NodeJS.ReadableStream];
    const [first] = await once(answer, 'data') as [Buffer];
    expect(first.toString()).toBe('first');
    asking.end('second');
    const [second] = await once(answer, 'data') as [Buffer];
    expect(second.toString()).toBe('second');
  });

  it('gets the headers of a stream of events at once', async () => {
    const { port } = await serve((_request, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders());
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    controller.abort();
  });

  it('that its client gives up is given up at the workload too', async () => {
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const { port } = await serve((_request, response) => void response.once('close', gone));
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const controller = new AbortController();
    const asked = fetch(url, { signal: controller.signal }).catch(() => 'left');
    while (gate.statistics.requestsInFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await left;
    expect(await asked).toBe('left');
    while (gate.statistics.requestsInFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('is counted, and so are failures', async () => {
    const { port } = await serve((request, response) => void response.writeHead(request.url === '/bad' ? 500 : 200).end());
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    await (await fetch(url)).text();
    await (await fetch(`${url}/bad`)).text();
    expect(gate.statistics).toEqual({ requestsInFlight: 0, requestsTotal: 2, requestsFailed: 1 });
    expect(gate.quietSinceMs).not.toBeNull();
  });

  it('on a connection that the workload just closed is sent again', async () => {
    const { server, port } = await serve((_request, response) => void response.end('ok'));
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    for (let round = 0; round < 5; round += 1) {
      expect(await (await fetch(url)).text()).toBe('ok');
      server.closeIdleConnections();
    }
    expect(gate.statistics.requestsFailed).toBe(0);
  });

  it('with a body is not sent twice to a workload that broke it', async () => {
    let seen = 0;
    const { port } = await serve((request) => {
      seen += 1;
      request.socket.destroy();
    });
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const response = await fetch(url, { method: 'POST', body: 'pay' });
    expect(response.status).toBe(503);
    expect(seen).toBe(1);
  });

  it('may become another protocol', async () => {
    const { server, port } = await serve((_request, response) => void response.end());
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    });
    const { gate, url } = await openGate();
    gate.release(new Map([['main', port]]));
    const asking = httpRequest(url, { headers: { connection: 'Upgrade', upgrade: 'echo' } }).end();
    const [, socket] = await once(asking, 'upgrade') as [unknown, Socket];
    socket.write('hello');
    const [echoed] = await once(socket, 'data') as [Buffer];
    expect(echoed.toString()).toBe('hello');
    expect(gate.statistics.requestsInFlight).toBe(1);
    socket.destroy();
    while (gate.statistics.requestsInFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that is no HTTP does no harm', async () => {
    const { port } = await serve((_request, response) => void response.end('ok'));
    const { gate, url, port: open } = await openGate();
    gate.release(new Map([['main', port]]));
    const socket = connect(open, '127.0.0.1').on('error', () => undefined);
    socket.write('\u0000\u0001garbage\r\n\r\n');
    await once(socket, 'close');
    expect(await (await fetch(url)).text()).toBe('ok');
  });
});

describe('a gate that holds', () => {
  it('keeps requests until it is opened, in order, with their bodies', async () => {
    const seen: string[] = [];
    const { port } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push(Buffer.concat(chunks).toString());
      response.end('ok');
    });
    const { gate, url } = await openGate();
    gate.hold(10_000);
    const asked = [];
    for (let index = 0; index < 5; index += 1) {
      asked.push(fetch(url, { method: 'POST', body: String(index) }).then((response) => response.text()));
      while (gate.statistics.requestsInFlight <= index) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(seen).toEqual([]);
    expect(gate.quietSinceMs).toBeNull();
    gate.release(new Map([['main', port]]));
    expect(await Promise.all(asked)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(seen.toSorted()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('sends away who waits too long', async () => {
    const { gate, url } = await openGate();
    gate.hold(50);
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });

  it('sends away who finds no room', async () => {
    const { gate, url } = await openGate();
    gate.hold(60_000);
    const controller = new AbortController();
    const waiting = Array.from({ length: waitingMax }, () => fetch(url, { signal: controller.signal }).catch(() => null));
    while (gate.statistics.requestsInFlight < waitingMax) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await fetch(url)).status).toBe(503);
    controller.abort();
    await Promise.all(waiting);
    while (gate.statistics.requestsInFlight > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('a port of bytes', () => {
  it('passes them both ways, counts connections, and holds new ones', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => void server.close());
    const { gate, port } = await openGate('tcp');
    const socket = connect(port, '127.0.0.1');
    socket.write('early');
    while (gate.statistics.requestsInFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gate.release(new Map([['main', (server.address() as AddressInfo).port]]));
    const [echoed] = await once(socket, 'data') as [Buffer];
    expect(echoed.toString()).toBe('early');
    expect(gate.quietSinceMs).toBeNull();
    socket.end();
    await once(socket, 'close');
    while (gate.statistics.requestsInFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(gate.statistics).toEqual({ requestsInFlight: 0, requestsTotal: 1, requestsFailed: 0 });
  });

  it('loses no byte of a large answer at the end of the connection', async () => {
    const bytes = 8 * 1024 * 1024;
    const server = createTcpServer((socket) => void socket.on('error', () => undefined).end(Buffer.alloc(bytes, 1))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => void server.close());
    const { gate, port } = await openGate('tcp');
    gate.release(new Map([['main', (server.address() as AddressInfo).port]]));
    let got = 0;
    for await (const chunk of connect(port, '127.0.0.1')) got += (chunk as Buffer).length;
    expect(got).toBe(bytes);
  });
});
