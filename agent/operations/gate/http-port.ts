/**
 * A public HTTP port in front of the workload. Bodies are streamed both ways. A request that the workload did not take,
 * or that broke and may be repeated, is offered again, so that neither a swap nor a crash of the workload fails it.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { pause } from '../../clock.ts';
import { attempt, isRepeatable } from '../forward/attempt.ts';
import { headOf, tunnel } from '../forward/tunnel.ts';
import { createServer } from '../http.ts';
import { loopback } from '../ports.ts';
import { offerPauseMs, offersMax, type GatePort, type PortSurroundings } from './port.ts';

/** Longer than clients and balancers keep idle connections, so that it is they who close them. */
const keepAliveTimeoutMs = 75_000;

export class HttpPort implements GatePort {
  readonly #around: PortSurroundings;
  readonly #server: Server;
  readonly #tunnels = new Set<Duplex>();

  constructor(around: PortSurroundings) {
    this.#around = around;
    this.#server = createServer({ keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: 0, headersTimeout: 60_000 });
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    // A socket whose client vanished must not take the agent with it.
    this.#server.on('clientError', (_error, socket) => void socket.destroy());
  }

  listen(port: number, shared: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: loopback, reusePort: shared }, () => {
        this.#server.off('error', reject);
        this.#server.on('error', () => undefined);
        resolve(port);
      });
    });
  }

  stopListening(): void {
    // An HTTP server's own `close` would also end idle connections, on which a request may be under way already.
    NetServer.prototype.close.call(this.#server);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const socket of this.#tunnels) socket.destroy();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { room, counters, clock } = this.#around;
    let why = 'the workload is not there';
    for (let offer = 0; offer < offersMax; offer += 1) {
      if (offer > 0) await pause(clock, offerPauseMs * offer);
      if (!await room.admits((left) => response.once('close', left))) break;
      const behind = this.#around.behind();
      if (response.destroyed) return;
      if (behind === null) continue;
      counters.begin();
      const result = await attempt(request, response, { host: loopback, ...behind }, { forwarded: true, closing: this.#around.closing() });
      counters.end();
      if (result.kind === 'answered') return counters.finish(result.status >= 500);
      if (result.kind === 'left') return counters.finish(false);
      if (result.kind === 'cut') return counters.finish(true);
      why = result.why;
      if (result.kind === 'broken' && !isRepeatable(request)) break;
    }
    counters.finish(true);
    refuse(request, response, why);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { room, counters } = this.#around;
    this.#tunnels.add(socket);
    socket.once('close', () => this.#tunnels.delete(socket));
    socket.on('error', () => undefined);
    const admitted = await room.admits((left) => socket.once('close', left));
    const behind = this.#around.behind();
    if (behind === null || !admitted) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    counters.begin();
    const passage = await tunnel(socket, { host: loopback, port: behind.port }, headOf(request, head, true));
    counters.end();
    counters.finish(passage.kind === 'unsent');
    if (passage.kind === 'unsent') socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
}

/** Says no in a line; what is left of the body is not waited for. */
export function refuse(request: IncomingMessage, response: ServerResponse, why: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `Service unavailable: ${why.replaceAll(/[^\x20-\x7e]/g, '?')}\n`;
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), 'retry-after': '1', ...(request.complete ? {} : { connection: 'close' }) });
  response.end(text);
}
