/** Waiting for what must come, by asking again; when it does not come, everything that may tell why. */

import type { Api } from './api.ts';

export interface Waiting {
  readonly api: Api;
  readonly logs: () => readonly string[];
}

const everyMs = 50;

/** Resolves with the first answer that is neither false, null nor undefined. @throws Error with a dump after the deadline. */
export async function until<Value>(waiting: Waiting, what: string, look: () => Promise<Value | false | null | undefined>, deadlineMs: number): Promise<Value> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const value = await look();
    if (value !== false && value !== null && value !== undefined) return value;
    if (performance.now() > endMs) throw new Error(`did not come within ${deadlineMs / 1_000} s: ${what}\n${await dump(waiting)}`);
    await pause(everyMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

async function dump({ api, logs }: Waiting): Promise<string> {
  const [status, shop, plan, events] = await Promise.all([api.status(), api.shop(), api.plan(), api.events()]);
  const lines = events.slice(-40).map((event) => `${event.at} ${event.type}: ${event.text}`);
  return [
    '--- status', JSON.stringify(status), '--- shop', JSON.stringify(shop), '--- plan', JSON.stringify(plan), '--- events', ...lines, ...logs(),
  ].join('\n');
}
