/**
 * TypeScript types from the kinds' schemas. Each kind gets one file; what kinds share stands in one file that they import.
 * Only `$defs` and the kind itself become named types: `$ref`s are replaced by those names before the types are written.
 */

import { compile } from 'json-schema-to-typescript';
import { kinds, schemaPath, sharedSchemas, type JsonSchema, type KindName } from '../kinds/index.ts';

const options = {
  bannerComment: '',
  additionalProperties: false,
  unknownAny: true,
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true, printWidth: 160 },
} as const;

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of types: a kind's own definitions carry its name, shared ones stand alone. */
const ownName = (kind: KindName, definition: string): string => `${kind}${capitalised(definition)}`;

/**
 * The schema as the compiler is to see it: references become type names, titles and names of properties make no types.
 * @param nameOf the type's name for a `$ref`.
 */
function withTypeNames(schema: unknown, nameOf: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withTypeNames(item, nameOf));
  if (!isObject(schema)) return schema;
  if (typeof schema['$ref'] === 'string') return { tsType: nameOf(schema['$ref']), description: schema['description'] };
  const dropped = ['title', '$schema', '$defs', 'propertyNames', 'if', 'then', 'dependentSchemas', 'dependentRequired', 'format', 'default', 'pattern'];
  const kept = Object.entries(schema).filter(([key]) => !dropped.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, key === 'properties' ? eachProperty(value, nameOf) : withTypeNames(value, nameOf)]));
}

function eachProperty(properties: unknown, nameOf: (reference: string) => string): unknown {
  if (!isObject(properties)) throw new TypeError('properties must be an object');
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, withTypeNames(schema, nameOf)]));
}

/** One named type from one schema; `nameOf` gives the type's name for a `$ref`. */
export async function declare(name: string, schema: unknown, nameOf: (reference: string) => string): Promise<string> {
  const prepared = withTypeNames(schema, nameOf) as Parameters<typeof compile>[0];
  if ('tsType' in prepared) return `/** ${String(prepared['description'])} */\nexport type ${name} = ${String(prepared['tsType'])};\n`;
  return (await compile(prepared, name, options)).replaceAll(/\/\*\*\n +\* ([^\n]+)\n +\*\//g, '/** $1 */');
}

/** All definitions of one schema as one file, with what it takes from the shared ones as imports. */
async function file(path: string, definitions: readonly { name: string; schema: unknown }[], ownNameOf: (definition: string) => string): Promise<GeneratedFile> {
  const imported = new Map<string, Set<string>>();
  const nameOf = (reference: string): string => {
    const [from, pointer] = reference.split('#') as [string, string];
    const definition = pointer.slice(pointer.lastIndexOf('/') + 1);
    if (from === '') return ownNameOf(definition);
    imported.set(from, (imported.get(from) ?? new Set()).add(capitalised(definition)));
    return capitalised(definition);
  };
  const parts: string[] = [];
  for (const { name, schema } of definitions) parts.push(await declare(name, schema, nameOf));
  const imports = [...imported].map(([from, names]) => `import type { ${[...names].sort().join(', ')} } from '${importPath(from)}';\n`).sort();
  return { path, text: [banner, imports.join(''), ...parts].filter((part) => part !== '').join('\n') };
}

function importPath(schema: string): string {
  return `${schema.startsWith('.') ? '' : './'}${schema.replace('.schema.json', '.generated.ts')}`;
}

/** Heads every generated file. */
export const banner = '/* Generated from the schemas by `npm run generate`; change the schemas instead. */\n';

const definitionsOf = (schema: JsonSchema): [string, unknown][] => Object.entries(schema['$defs'] as Record<string, unknown>);

/** A generated file: its path below `schemas/kinds/` and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The types that kinds share, one file for each shared schema. */
export function sharedTypes(): Promise<GeneratedFile[]> {
  return Promise.all(Object.entries(sharedSchemas).map(([path, schema]) => {
    const definitions = definitionsOf(schema).map(([name, definition]) => ({ name: capitalised(name), schema: definition }));
    return file(path.replace('.schema.json', '.generated.ts'), definitions, capitalised);
  }));
}

/** The types of one kind. */
export function kindTypes(kind: KindName): Promise<GeneratedFile> {
  const { schema } = kinds[kind];
  const own = definitionsOf(schema).map(([name, definition]) => ({ name: ownName(kind, name), schema: definition }));
  return file(schemaPath(kind).replace('schema.json', 'generated.ts'), [{ name: kind, schema }, ...own], (definition) => ownName(kind, definition));
}
