/**
 * JSON answers of the API. Owns their ETag and the bodies of the current version, so that many readers who look again
 * after a change cost one body. Invariants: a request that already has the current version is answered 304 before a body
 * is built; what is kept is bounded, and dropped when the version changes.
 */

import type { Context } from 'hono';
import { everyAnswerHeaders } from './headers.ts';

/** A body, and where the next page is. */
export interface Page {
  readonly body: object;
  readonly next?: { readonly parameter: 'after' | 'since'; readonly value: string | number } | null;
}

export type Answer = (c: Context, build: () => Page | Promise<Page>) => Response | Promise<Response>;

interface Built {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Record<string, string>;
}

const keptBodiesMax = 256;
const keptBytesMax = 8 * 1024 * 1024;

/**
 * @param version changes whenever any body would.
 * @returns answers a request with a body that `build` makes, and that depends on nothing but the version and the URL.
 */
export function createAnswers(version: () => string): Answer {
  let current = { version: '', bodies: new Map<string, Built | Promise<Built>>(), bytes: 0 };

  const keep = (kept: typeof current, key: string, built: Built): Built => {
    kept.bytes += built.bytes.length;
    if (kept.bytes > keptBytesMax || kept.bodies.size >= keptBodiesMax) {
      kept.bodies.clear();
      kept.bytes = 0;
    } else kept.bodies.set(key, built);
    return built;
  };

  return (c, build) => {
    const now = version();
    const tag = `"${now}"`;
    if (tagMatches(c.req.header('if-none-match'), tag)) return new Response(null, { status: 304, headers: { ...answerHeaders, etag: tag } });
    if (current.version !== now) current = { version: now, bodies: new Map(), bytes: 0 };
    const kept = current;
    const key = c.req.url;
    const known = kept.bodies.get(key);
    if (known !== undefined) return known instanceof Promise ? known.then(respond) : respond(known);
    const page = build();
    if (!(page instanceof Promise)) return respond(keep(kept, key, built(page, key, tag)));
    const building = page.then((body) => keep(kept, key, built(body, key, tag)));
    kept.bodies.set(key, building);
    building.catch(() => kept.bodies.delete(key));
    return building.then(respond);
  };
}

const answerHeaders: Readonly<Record<string, string>> = {
  ...everyAnswerHeaders,
  // May be kept, but is asked for again each time: the ETag makes that cheap.
  'cache-control': 'private, no-cache',
  vary: 'accept',
};

function built(page: Page, url: string, tag: string): Built {
  const bytes = new TextEncoder().encode(JSON.stringify(page.body));
  const headers: Record<string, string> = { ...answerHeaders, 'content-type': 'application/json', 'content-length': String(bytes.length), etag: tag };
  if (page.next) {
    const next = new URL(url);
    next.searchParams.set(page.next.parameter, String(page.next.value));
    headers['link'] = `<${next.pathname}${next.search}>; rel="next"`;
  }
  return { bytes, headers };
}

// Plain headers and bytes on a new Response are what the Node adapter writes without building Headers objects.
const respond = ({ bytes, headers }: Built): Response => new Response(bytes, { status: 200, headers });

/** Whether an If-None-Match header names the tag (weak comparison, RFC 9110 §13.1.2). */
export function tagMatches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((item) => {
    const candidate = item.trim();
    return candidate === '*' || candidate === tag || candidate === `W/${tag}`;
  });
}
