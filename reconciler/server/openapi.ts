/** The OpenAPI 3.1 document, made from the routes that are served and the schemas of the bodies. */

import { apiSchemas, apiTypeName, type ApiSchemaName } from '../../schemas/api/index.ts';
import type { JsonSchema } from '../../schemas/kinds/index.ts';
import type { Parameter } from './parameters.ts';
import type { Meaning, Route } from './route.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  const schemas = (Object.keys(apiSchemas) as ApiSchemaName[]).map((name) => [apiTypeName(name), component(apiSchemas[name])] as const);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Metatron Stratos status API', version: '1.0.0',
      description: 'Read-only: what is wanted is changed in Git. Every answer carries an ETag; errors are problem details (RFC 9457); any verb but GET and HEAD is refused with 405.',
    },
    paths,
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function operation(route: Route): Operation {
  const responses = Object.entries(route.responses).map(([status, meaning]) => [status, response(meaning)] as const);
  return {
    operationId: [route.method, ...route.path.split(/[^\w]+/).filter((word) => word !== '')].join('-'),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: route.parameters.map(parameter),
    ...(route.method === 'post' ? { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } } } : {}),
    responses: Object.fromEntries(responses),
  };
}

function parameter({ name, in: place, description, schema }: Parameter): object {
  return { name, in: place, description, required: place === 'path', schema };
}

function response({ description, content }: Meaning): { description: string; content?: object } {
  if (content === undefined) return { description };
  const schemaOf = (type: string, name: ApiSchemaName | null): object =>
    (name === null ? { type: type === 'application/json' ? 'object' : 'string' } : { $ref: `#/components/schemas/${apiTypeName(name)}` });
  const media = Object.entries(content).map(([type, name]) => [type, { schema: schemaOf(type, name) }]);
  return { description, content: Object.fromEntries(media) };
}

/** A schema as a component: references to files become references to components. */
function component(schema: JsonSchema): JsonSchema {
  return relocated(schema) as JsonSchema;
}

function relocated(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(relocated);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key]) => key !== '$schema');
  return Object.fromEntries(entries.map(([key, value]) => [key, key === '$ref' && typeof value === 'string' ? `#/components/schemas/${apiTypeName(value)}` : relocated(value)]));
}
