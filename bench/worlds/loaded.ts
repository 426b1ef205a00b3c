/** A side that serves HTTP, with a load generator of its own beside it. */

import type { Side } from '../benchmark.ts';
import type { LoadResult } from '../programs/load.ts';
import { startProgram } from './child.ts';

export const connections = 16;

/** `end` lets go of what serves. */
export async function loaded(url: string, requests: number, end: () => Promise<unknown> | void): Promise<Side> {
  const generator = await startProgram('load', { url });
  return {
    outside: [generator.pid],
    async round() {
      const { medianMs, p99Ms, failed } = (await generator.ask({ requests, connections })) as LoadResult;
      if (failed > 0) throw new Error(`${failed} of ${requests} requests failed`);
      return { 'median ms': medianMs, 'p99 ms': p99Ms };
    },
    async close() {
      await generator.close();
      await end();
    },
  };
}
