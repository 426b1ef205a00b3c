/** Requests to the load balancer, one after the other, as long as a test lasts: what went wrong is counted, all of it. */

import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import { pause } from './until.ts';

/** Who built the page: member and commit (12 digits) of each tier. */
export type ServedBy = Readonly<Record<string, { readonly member: string; readonly commit: string }>>;

export interface Page {
  readonly heading: string;
  readonly servedBy: ServedBy;
  readonly body: string;
}

export interface Loop {
  /** Requests that got a whole page. */
  readonly served: number;
  /** What went wrong, each once. */
  readonly failures: readonly string[];
  readonly headings: ReadonlySet<string>;
  /** Pages by the commit of a tier, or by its member. */
  count(tier: string, by: 'member' | 'commit'): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const everyMs = 15;

/** Two clients at once: one that keeps its connection, one that opens a new one for every request. */
export function requestLoop(url: string): Loop {
  const failures: string[] = [];
  const pages: ServedBy[] = [];
  const headings = new Set<string>();
  let stopping = false;
  const startedMs = performance.now();
  const client = async (keepAlive: boolean): Promise<void> => {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!stopping) {
      try {
        const page = await fetchPage(url, agent);
        pages.push(page.servedBy);
        headings.add(page.heading);
      } catch (error) {
        failures.push(`after ${Math.round(performance.now() - startedMs)} ms, ${keepAlive ? 'kept' : 'new'} connection: ${(error as Error).message}`);
      }
      await pause(everyMs);
    }
    agent.destroy();
  };
  const clients = [client(true), client(false)];
  return {
    get served() { return pages.length; },
    failures,
    headings,
    count(tier, by) {
      const counts = new Map<string, number>();
      for (const page of pages) {
        const name = page[tier]?.[by] ?? '';
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
    async stop() {
      stopping = true;
      await Promise.all(clients);
    },
  };
}

/** @throws Error when no whole page comes: no connection, a status other than 200, or a tier that is missing. */
export async function fetchPage(url: string, agent: Agent | false = false): Promise<Page> {
  const { status, body } = await fetchText(url, agent);
  if (status !== 200) throw new Error(`status ${status}: ${body.slice(0, 200)}`);
  const rows = [...body.matchAll(/<tr><td>([^<]*)<td>([^<]*)<td>([^<]*)/g)];
  const servedBy = Object.fromEntries(rows.map(([, tier = '', member = '', commit = '']) => [tier, { member, commit }]));
  for (const tier of ['web', 'api', 'store']) if (!servedBy[tier]?.member) throw new Error(`the page says nothing of ${tier}: ${body.slice(-300)}`);
  return { heading: /<h1>([^<]*)/.exec(body)?.[1] ?? '', servedBy, body };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export function fetchText(url: string, agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: 15_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => { body += chunk; });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 15 s')));
    request.on('error', reject);
  });
}
