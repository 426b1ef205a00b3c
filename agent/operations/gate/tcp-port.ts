/** A public port that passes bytes to the workload without knowing what they mean. A connection counts as one request. */

import { createServer, type Server, type Socket } from 'node:net';
import { pause } from '../../clock.ts';
import { tunnel } from '../forward/tunnel.ts';
import { loopback } from '../ports.ts';
import { offerPauseMs, offersMax, type GatePort, type PortSurroundings } from './port.ts';

export class TcpPort implements GatePort {
  readonly #around: PortSurroundings;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(around: PortSurroundings) {
    this.#around = around;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => void this.#serve(socket));
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
    this.#server.close();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async #serve(socket: Socket): Promise<void> {
    const { room, counters, clock } = this.#around;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    for (let offer = 0; offer < offersMax; offer += 1) {
      if (offer > 0) await pause(clock, offerPauseMs * offer);
      if (!await room.admits((left) => socket.once('close', left))) break;
      const behind = this.#around.behind();
      if (socket.destroyed) return;
      if (behind === null) continue;
      counters.begin();
      const passage = await tunnel(socket, { host: loopback, port: behind.port });
      counters.end();
      if (passage.kind === 'ended') return counters.finish(false);
    }
    counters.finish(true);
    socket.destroy();
  }
}
