/** One operation of the HTTP API: what Hono serves and what the OpenAPI document says come from the same value. */

import type { Context } from 'hono';
import type { ApiSchemaName } from '../../schemas/api/index.ts';
import type { Parameter } from './parameters.ts';

export interface Route {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/api/v1/applications/{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  /** Status code → what it means. */
  readonly responses: Readonly<Record<number, Meaning>>;
  /** May throw a `Refusal`. */
  handle(c: Context): Response | Promise<Response>;
}

/** What an answer means and holds: media type → name of its schema; null for plain text. */
export interface Meaning {
  readonly description: string;
  readonly content?: Readonly<Record<string, ApiSchemaName | null>>;
}

/** The path as Hono writes it: `/api/v1/applications/:name`. */
export function honoPath(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** The meaning of a refusal. */
export function refused(description: string): Meaning {
  return { description, content: { 'application/problem+json': 'problem-details' } };
}
