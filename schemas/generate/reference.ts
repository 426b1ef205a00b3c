/** The page of all kinds, for people: every field with its type, default and description, and each kind's example. */

import { readFile } from 'node:fs/promises';
import { kindNames, kinds, type JsonSchema, type KindName } from '../kinds/index.ts';
import { combinedSchema } from './combined.ts';

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Fields deeper than this stand on their own under their definition's name. */
const depthMax = 12;

interface Row {
  readonly path: string;
  readonly type: string;
  readonly standard: string;
  readonly description: string;
}

export async function kindsReference(): Promise<string> {
  const definitions = combinedSchema()['$defs'] as Readonly<Record<string, JsonSchema>>;
  const sections = await Promise.all(kindNames.map((name) => section(name, definitions)));
  return [
    '# Kinds', '', '<!-- Generated from schemas/kinds/ by `npm run generate`. -->', '',
    'Every document has `apiVersion: stratos/v1`, `kind`, `metadata` and `spec`. Any number of documents stand in a file, anywhere in a source. An unknown key is an error that names the nearest known one.',
    'For completion while you type, point your editor at `schemas/stratos.schema.json`:', '',
    '```yaml', '# yaml-language-server: $schema=<this repository>/schemas/stratos.schema.json', '```', '',
    kindNames.map((name) => `[${name}](#${name.toLowerCase()})`).join(' · '), '', ...sections,
  ].join('\n');
}

async function section(name: KindName, definitions: Readonly<Record<string, JsonSchema>>): Promise<string> {
  const example = await readFile(new URL(`../kinds/${kinds[name].folder}/example.yaml`, import.meta.url), 'utf8');
  const spec = definitions[`${name}.spec`] ?? {};
  const rows = fields(spec, '', definitions, []);
  return [
    `## ${name}`, '', text(kinds[name].schema['description']),
    ...(kinds[name].scope === 'platform' ? ['', "Only in a source of the platform, not in a tenant's."] : []), '',
    '```yaml', example.trimEnd(), '```', '',
    ...(rows.length === 0 ? [] : ['| field of `spec` | type | default | |', '|---|---|---|---|', ...rows.map(row), '']),
  ].join('\n');
}

const row = ({ path, type, standard, description }: Row): string => `| \`${path}\` | ${type} | ${standard} | ${cell(description)} |`;
const cell = (value: string): string => value.replaceAll('|', '\\|').replaceAll('\n', ' ');

function fields(schema: JsonSchema, prefix: string, definitions: Readonly<Record<string, JsonSchema>>, within: readonly string[]): readonly Row[] {
  if (within.length > depthMax) return [];
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  return properties.flatMap(([key, value]) => (isObject(value) ? field(value, `${prefix}${key}`, required.includes(key), definitions, within) : []));
}

function field(schema: JsonSchema, path: string, required: boolean, definitions: Readonly<Record<string, JsonSchema>>, within: readonly string[]): readonly Row[] {
  const reference = text(schema['$ref']).replace('#/$defs/', '');
  const full: JsonSchema = reference ? { ...definitions[reference], ...schema } : schema;
  const recursive = reference !== '' && within.includes(reference);
  const standard = required ? 'required' : 'default' in full ? `\`${JSON.stringify(full['default'])}\`` : '';
  const own: Row = { path, type: typeOf(full), standard, description: text(full['description']) };
  if (recursive) return [{ ...own, description: `${own.description} The same shape again.` }];
  const seen = reference ? [...within, reference] : within;
  const values = full['additionalProperties'];
  const items = full['items'];
  return [
    own, ...fields(full, `${path}.`, definitions, seen),
    ...(isObject(values) ? below(values, `${path}.<key>`, definitions, seen) : []),
    ...(isObject(items) ? below(items, `${path}[]`, definitions, seen) : []),
  ];
}

/** The fields of a map's values or a list's items; a plain value has none. */
function below(schema: JsonSchema, path: string, definitions: Readonly<Record<string, JsonSchema>>, within: readonly string[]): readonly Row[] {
  const [first, ...rest] = field(schema, path, false, definitions, within);
  return first && isStructure(first.type) ? rest : [];
}

const isStructure = (type: string): boolean => type.includes('map') || type.includes('list');

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return (schema['enum'] as readonly unknown[]).map((value) => `\`${String(value)}\``).join(', ');
  if ('const' in schema) return `\`${String(schema['const'])}\``;
  const alternatives = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(alternatives) && schema['type'] === undefined) return [...new Set((alternatives as readonly JsonSchema[]).map(typeOf))].join(' or ');
  const types = Array.isArray(schema['type']) ? (schema['type'] as readonly string[]) : [text(schema['type'])];
  return types.map((type) => ({ object: 'map', array: 'list', string: 'text', integer: 'whole number', number: 'number', boolean: 'yes or no' })[type] ?? (type || 'any')).join(' or ');
}
