/** One schema for all kinds, free of references to other files: what an editor is pointed at. */

import { apiVersion, kindNames, kinds, sharedSchemas, type JsonSchema } from '../kinds/index.ts';

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a shared definition stands in the one schema. */
function target(reference: string, within: string): string {
  const [file, pointer] = reference.split('#') as [string, string];
  const definition = pointer.slice(pointer.lastIndexOf('/') + 1);
  return file === '' ? `#/$defs/${within}${definition}` : `#/$defs/${definition}`;
}

function relocated(schema: unknown, within: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => relocated(item, within));
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => key !== '$defs' && key !== '$schema');
  return Object.fromEntries(entries.map(([key, value]) => [key, key === '$ref' && typeof value === 'string' ? target(value, within) : relocated(value, within)]));
}

/** The schema of `schemas/stratos.schema.json`: `kind` chooses which kind's schema a document has to meet. */
export function combinedSchema(): JsonSchema {
  const definitions: Record<string, unknown> = {};
  for (const schema of Object.values(sharedSchemas)) {
    for (const [name, definition] of Object.entries(schema['$defs'] as JsonSchema)) definitions[name] = relocated(definition, '');
  }
  for (const name of kindNames) {
    definitions[name] = relocated(kinds[name].schema, `${name}.`);
    for (const [own, definition] of Object.entries(kinds[name].schema['$defs'] as JsonSchema)) definitions[`${name}.${own}`] = relocated(definition, `${name}.`);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Metatron Stratos definition',
    description: 'One document of a definitions repository.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { title: 'API version', description: 'The version of the format.', const: apiVersion },
      kind: { title: 'Kind', description: 'What the document defines.', enum: kindNames },
    },
    allOf: kindNames.map((name) => ({ if: { properties: { kind: { const: name } }, required: ['kind'] }, then: { $ref: `#/$defs/${name}` } })),
    $defs: definitions,
  };
}
