/** The HTTP API as the commands use it. Every failure is said so that a person knows which address, why, and what to do. */

import type { ProblemDetails } from '../schemas/api/bodies.generated.ts';
import { exitCodes, Failure } from './exit.ts';

export interface Answer<Body> {
  readonly body: Body;
  /** The server's own clock when it answered; null when it does not say. */
  readonly nowMs: number | null;
}

export interface Api {
  readonly url: string;
  /** @param path below `/api/v1/`, its parts already encoded. @throws Failure */
  get<Body>(path: string, query?: Query): Promise<Answer<Body>>;
  /** All pages of a list. @throws Failure */
  list<Item>(path: string, query?: Query): Promise<Answer<{ items: Item[] }>>;
  /** The event stream, open. @throws Failure */
  stream(query: Query, lastEventId: string | null): Promise<ReadableStream<Uint8Array>>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

const answerWithinMs = 15_000;
const pageItems = 500;

export function openApi(of: { url: string; tenant: string }): Api {
  const base = parseBase(of.url);
  const address = (path: string, query: Query): URL => {
    const url = new URL(`api/v1/${path}`, base);
    for (const [name, value] of Object.entries({ tenant: of.tenant, ...query })) if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  };
  const get = async <Body>(path: string, query: Query = {}): Promise<Answer<Body>> => {
    const response = await request(address(path, query), base, { accept: 'application/json' }, AbortSignal.timeout(answerWithinMs));
    const body = await response.json().catch(() => { throw notTheApi(base, 'its answer is not JSON'); }) as Body;
    const date = Date.parse(response.headers.get('date') ?? '');
    return { body, nowMs: Number.isNaN(date) ? null : date };
  };
  return {
    url: shown(base),
    get,
    async list<Item>(path: string, query: Query = {}) {
      const items: Item[] = [];
      for (let after: string | undefined; ;) {
        const { body, nowMs } = await get<{ items: Item[]; next: string | null }>(path, { ...query, limit: pageItems, after });
        items.push(...body.items);
        if (body.next === null || body.next === after) return { body: { items }, nowMs };
        after = body.next;
      }
    },
    async stream(query, lastEventId) {
      const headers = { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) };
      const { body } = await request(address('events', query), base, headers, undefined);
      if (body === null) throw notTheApi(base, 'its event stream is empty');
      return body;
    },
  };
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure(exitCodes.usage, `${JSON.stringify(text)} is not the address of an API`, ['Give one like http://127.0.0.1:8088 by --url or STRATOS_URL.']);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

const shown = (base: URL): string => base.href.replace(/\/$/, '');

async function request(url: URL, base: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: 'manual', ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    throw unreachable(base, error);
  }
  if (response.ok) return response;
  throw await refusal(response, base);
}

async function refusal(response: Response, base: URL): Promise<Failure> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return notTheApi(base, `it answered ${response.status} ${response.statusText}`.trimEnd());
  const problem = await response.json().catch(() => ({})) as Partial<ProblemDetails>;
  const message = problem.detail ?? problem.title ?? `the API answered ${response.status}`;
  return new Failure(response.status === 404 ? exitCodes.notFound : exitCodes.unreachable, message);
}

function notTheApi(base: URL, why: string): Failure {
  return new Failure(exitCodes.unreachable, `What answers at ${shown(base)} is not the API of a Stratos platform: ${why}`, ['Give the address of the platform by --url or STRATOS_URL.']);
}

function unreachable(base: URL, error: unknown): Failure {
  const elsewhere = 'If it runs elsewhere, give its address by --url or STRATOS_URL.';
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Failure(exitCodes.unreachable, `${shown(base)} did not answer within ${answerWithinMs / 1000} s`, [elsewhere]);
  }
  const { code, message } = causeOf(error);
  if (code === 'ECONNREFUSED') {
    return new Failure(exitCodes.unreachable, `Nothing answers at ${shown(base)} (connection refused)`, ['Start the platform with: npm start', elsewhere]);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new Failure(exitCodes.unreachable, `There is no host named ${base.hostname}`, [elsewhere]);
  }
  return new Failure(exitCodes.unreachable, `Cannot reach ${shown(base)}: ${message}`, [elsewhere]);
}

/** The reason below what `fetch` throws; a host with several addresses fails with one reason for each. */
function causeOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const { code } = (first ?? {}) as { code?: unknown };
  return { code: typeof code === 'string' ? code : '', message: first instanceof Error ? first.message : String(first) };
}
