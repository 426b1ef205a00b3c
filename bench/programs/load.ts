/**
 * A load generator: keeps so many connections busy until so many answers came. Told `{requests, connections}`, it answers with
 * the time of all and of the slowest hundredth.
 */

import { Agent, get } from 'node:http';

interface Order { readonly requests: number; readonly connections: number }
export interface LoadResult { readonly wallMs: number; readonly medianMs: number; readonly p99Ms: number; readonly failed: number }

const { url } = JSON.parse(process.argv[2] ?? '{}') as { url: string };
const agent = new Agent({ keepAlive: true });

function once(): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200));
      response.on('error', () => resolve(false));
    }).on('error', () => resolve(false));
  });
}

async function load({ requests, connections }: Order): Promise<LoadResult> {
  const tookMs: number[] = [];
  let asked = 0;
  let failed = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    while (asked < requests) {
      asked += 1;
      const before = performance.now();
      if (!(await once())) failed += 1;
      tookMs.push(performance.now() - before);
    }
  }));
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0;
  return { wallMs: performance.now() - started, medianMs: at(0.5), p99Ms: at(0.99), failed };
}

process.on('message', (order: Order) => { void load(order).then((result) => process.send?.(result)); });
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
