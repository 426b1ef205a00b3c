/** The reference of the API for people, as Markdown, from its OpenAPI document. */

import type { OpenApiDocument, Operation } from './openapi.ts';

/** @returns the text of `docs/reference/api.md`. */
export function apiReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => operationText(method, path, operation)));
  const bodies = Object.entries(document.components.schemas).map(([name, schema]) => bodyText(name, schema));
  return [
    '<!-- Generated from the API itself by `npx vitest run test/server/openapi.test.ts -u`. -->',
    `# ${document.info.title}`,
    document.info.description,
    'The same as an OpenAPI 3.1 document: `GET /api/v1/openapi.json`.',
    '## Operations', ...operations, '## Bodies', ...bodies,
  ].join('\n\n').concat('\n');
}

function operationText(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters as { name: string; in: string; description: string; schema: Schema }[];
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) => `| ${status} | ${description} | ${contentText(content)} |`);
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${operation.summary}.`,
    ...(operation.description === undefined ? [] : [operation.description]),
    ...(parameters.length === 0 ? [] : [table(['Parameter', 'In', 'Type', 'Meaning'], parameters.map((one) => `| \`${one.name}\` | ${one.in} | ${typeText(one.schema)} | ${one.description} |`))]),
    table(['Status', 'Meaning', 'Body'], answers),
  ].join('\n\n');
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

function bodyText(name: string, schema: Schema): string {
  return [`### ${name}`, schema.description ?? '', table(['Field', 'Type', 'Meaning'], fieldRows(schema, ''))].join('\n\n');
}

/** One row for each field, those of inline objects below their own. */
function fieldRows(schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? '' : ' (optional)';
    const inner = field.type === 'array' ? (field.items ?? {}) : field;
    const path = `${prefix}${name}${field.type === 'array' ? '[]' : ''}`;
    return [`| \`${path}\`${optional} | ${typeText(field)} | ${field.description ?? ''} |`, ...fieldRows(inner, `${path}.`)];
  });
}

function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  const types = [schema.type ?? 'any'].flat().map((type) => (type === 'string' && schema.format !== undefined ? schema.format : type)).join(' or ');
  return schema.default === undefined ? types : `${types}, default \`${String(schema.default)}\``;
}

function linkTo(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return `[${name}](#${name.toLowerCase()})`;
}

function contentText(content: object | undefined): string {
  return Object.entries((content ?? {}) as Record<string, { schema: Schema }>).map(([type, { schema }]) => `${schema.$ref === undefined ? '' : `${linkTo(schema.$ref)}, `}${type}`).join('; ');
}

function table(columns: readonly string[], rows: readonly string[]): string {
  return [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`, ...rows].join('\n');
}
