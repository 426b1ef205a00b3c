/**
 * The parameters of the API: documented, checked and read in one place. A parameter that a route does not have, or that
 * comes twice, is refused: a mistyped filter must not look like an answer.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Context } from 'hono';
import { tenantName, type TenantName } from '../../schemas/ids.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { View } from '../contracts/view.ts';
import { Refusal, unknown } from './refusal.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  /** JSON Schema 2020-12 of the value; its default is what an absent parameter counts as. */
  readonly schema: { readonly type: 'string' | 'integer'; readonly default?: string | number; readonly [keyword: string]: unknown };
}

const names = { type: 'string', minLength: 1, maxLength: 253 } as const;
const sequences = { type: 'integer', maximum: Number.MAX_SAFE_INTEGER } as const;

export const parameters = {
  tenant: { name: 'tenant', in: 'query', description: 'The tenant.', schema: { ...names, default: 'default' } },
  limit: { name: 'limit', in: 'query', description: 'How many items a page holds at most.', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
  after: { name: 'after', in: 'query', description: 'The `next` of the page before.', schema: { type: 'string', maxLength: 1024 } },
  since: {
    name: 'since', in: 'query',
    description: 'Only entries after this sequence number. A negative number counts back from the newest entry: -50 gives the last 50.',
    schema: { ...sequences, minimum: Number.MIN_SAFE_INTEGER },
  },
  lastEventId: { name: 'Last-Event-ID', in: 'header', description: 'For the stream: the id of the last event that was received. Wins over `since`.', schema: { ...sequences, minimum: 0 } },
  applicationFilter: { name: 'application', in: 'query', description: 'Only entries of this application.', schema: names },
  name: { name: 'name', in: 'path', description: 'The name.', schema: names },
  kind: { name: 'kind', in: 'path', description: 'The kind of document, e.g. `Cartridge`.', schema: names },
  forge: { name: 'forge', in: 'path', description: 'Who sends.', schema: { type: 'string', enum: ['github', 'gitlab', 'gitea', 'bitbucket', 'generic'] } },
  source: { name: 'source', in: 'path', description: 'The source that the webhook was set up for.', schema: names },
} as const satisfies Record<string, Parameter>;

/** What a request gave; a parameter that its route does not have is absent. */
export interface Given {
  readonly tenant: TenantName;
  readonly limit: number;
  readonly after?: string;
  readonly since?: number;
  readonly application?: string;
  readonly name: string;
  readonly kind: string;
}

const ajv = new Ajv2020({ coerceTypes: true, useDefaults: true });

/** Reads and checks the path's and the query's parameters of one route; a tenant must exist. @throws Refusal */
export function parameterReader(declared: readonly Parameter[], view: Pick<View, 'tenants'>): (c: Context) => Given {
  const wanted = declared.filter((parameter) => parameter.in !== 'header');
  const inQuery = wanted.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
  const validate = ajv.compile({
    type: 'object',
    properties: Object.fromEntries(wanted.map(({ name, schema }) => [name, schema])),
  });
  const hasTenant = inQuery.includes('tenant');
  return (c) => {
    const given: Record<string, unknown> = { ...c.req.param(), ...queryOf(c, inQuery) };
    if (!validate(given)) {
      const error = validate.errors?.[0];
      throw new Refusal({ status: 400, code: 'invalid-parameter', detail: `Parameter ${JSON.stringify(error?.instancePath.slice(1) ?? '')} ${error?.message ?? 'is not valid'}` });
    }
    const tenant = tenantName(String(given['tenant']));
    if (hasTenant && !view.tenants().includes(tenant)) throw unknown('tenant', tenant, nearest(tenant, view.tenants()));
    return given as unknown as Given;
  };
}

function queryOf(c: Context, allowed: readonly string[]): Record<string, string> {
  const start = c.req.url.indexOf('?');
  if (start === -1) return {};
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(c.req.url.slice(start))) {
    if (!allowed.includes(name)) {
      const near = nearest(name, allowed);
      const suggestion = near === null ? '' : `; did you mean ${JSON.stringify(near)}?`;
      throw new Refusal({ status: 400, code: 'unknown-parameter', detail: `There is no parameter ${JSON.stringify(name)} here${suggestion}`, nearest: near });
    }
    if (Object.hasOwn(query, name)) throw new Refusal({ status: 400, code: 'invalid-parameter', detail: `Parameter ${JSON.stringify(name)} is given twice` });
    query[name] = value;
  }
  return query;
}
