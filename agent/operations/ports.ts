/**
 * Free ports on the loopback, chosen below the range from which the system takes ports for outgoing connections, so
 * that a chosen port is not taken by chance before it is listened on.
 */

import { createServer } from 'node:net';
import type { Clock } from '../clock.ts';

export const loopback = '127.0.0.1';
const lowest = 20_000;
const highest = 32_000;
const tries = 200;

/** A port nobody listened on a moment ago. @throws Error when none was found. */
export async function freePort(clock: Clock, preferred?: number): Promise<number> {
  for (let turn = 0; turn < tries; turn += 1) {
    const port = turn === 0 && preferred !== undefined ? preferred : clock.randomBetween(lowest, highest);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest}`);
}

/** Listens on a port that may be given, else on a random free one. @throws Error when none could be listened on. */
export async function listenSomewhere(listen: (port: number) => Promise<number>, clock: Clock, preferred: number | undefined): Promise<number> {
  for (let turn = 0; turn < tries; turn += 1) {
    try {
      return await listen(turn === 0 && preferred !== undefined ? preferred : clock.randomBetween(lowest, highest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`no free port between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
