/**
 * One import of the workload: a port on the loopback that stays the same while the peers behind it come and go.
 * A peer that takes no connection is passed over; a request goes to another peer only when the first has not seen it, or
 * when it may be repeated.
 */

import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Peer } from '../../../schemas/messages/assignment.ts';
import type { Clock } from '../../clock.ts';
import type { Protocol } from '../../state.ts';
import { attempt, isRepeatable } from '../forward/attempt.ts';
import { headOf, tunnel } from '../forward/tunnel.ts';
import { createServer as createHttpServer } from '../http.ts';
import { loopback } from '../ports.ts';
import { PeerTargets, type PeerTarget } from './peers.ts';

const awaitPeerMs = 2000;
const peersTriedMax = 5;

export class Outlet {
  readonly protocol: Protocol;
  readonly #cluster: string;
  readonly #targets: PeerTargets;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(of: { readonly cluster: string; readonly protocol: Protocol }, clock: Clock) {
    this.protocol = of.protocol;
    this.#cluster = of.cluster;
    this.#targets = new PeerTargets(clock);
    this.#server = of.protocol === 'http' ? this.#http() : this.#tcp();
    this.#server = of.protocol === 'http' ? this.#http() : this.#tcp();
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const server: Server = this.#server;
      server.once('error', reject);
      server.listen({ port, host: loopback }, () => {
        server.off('error', reject).on('error', () => undefined);
        resolve(port);
      });
    });
  }

  /** Takes the peers of now; those of other clusters do not concern it. */
  update(peers: readonly Peer[]): void {
    this.#targets.update(peers.filter((peer) => peer.cluster === this.#cluster));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
      this.#targets.close();
    });
  }

  #http(): HttpServer {
    const server = createHttpServer({ keepAliveTimeout: 75_000, requestTimeout: 0 });
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request, socket, head) => void this.#pass(socket, headOf(request, head, false)));
    server.on('clientError', (_error, socket) => void socket.destroy());
    return server;
  }

  #tcp(): Server {
    return createTcpServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => void this.#pass(socket, null));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const target of this.#offers()) {
      if (response.destroyed) return;
      target.inFlight += 1;
      const result = await attempt(request, response, target, { forwarded: false, closing: false });
      target.inFlight -= 1;
      if (result.kind === 'answered' || result.kind === 'cut' || result.kind === 'left') return;
      this.#targets.avoid(target);
      if (result.kind === 'broken' && !isRepeatable(request)) break;
    }
    if (response.headersSent || response.destroyed) return void response.destroy();
    const text = `No member of ${this.#cluster} takes requests now\n`;
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), 'retry-after': '1', ...(request.complete ? {} : { connection: 'close' }) });
    response.end(text);
  }

  async #pass(socket: Duplex, head: Buffer | null): Promise<void> {
    socket.on('error', () => undefined);
    for await (const target of this.#offers()) {
      if (socket.destroyed) return;
      target.inFlight += 1;
      const passage = await tunnel(socket, target, head);
      target.inFlight -= 1;
      if (passage.kind === 'ended') return;
      this.#targets.avoid(target);
    }
    socket.destroy();
  }

  /** Peers to be tried, each once; waits a while for the first. */
  async *#offers(): AsyncGenerator<PeerTarget> {
    const tried = new Set<PeerTarget>();
    await this.#targets.present(awaitPeerMs);
    while (tried.size < peersTriedMax) {
      const target = this.#targets.pick(tried);
      if (target === null) return;
      tried.add(target);
      yield target;
    }
  }
}
