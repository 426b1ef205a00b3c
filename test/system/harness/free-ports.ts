/** Ports that nobody listens on, below the range from which the kernel takes ports for outgoing connections. */

import { createServer } from 'node:net';

export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 9_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

export function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
