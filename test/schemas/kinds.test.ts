/** The kinds: every schema is strict and described, every example is valid, and what is generated is what the schemas say. */

import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kindNames, kinds, schemaPath, sharedSchemas } from '../../schemas/kinds/index.ts';

const root = new URL('../../', import.meta.url);
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false });
addFormats.default(ajv);
for (const [path, schema] of Object.entries(sharedSchemas)) ajv.addSchema(schema, path);
for (const name of kindNames) ajv.addSchema(kinds[name].schema, schemaPath(name));

type Schema = Record<string, unknown>;

const one = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
addFormats.default(one);
const editor = one.compile(JSON.parse(await readFile(new URL('schemas/stratos.schema.json', root), 'utf8')) as Schema);
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every subschema that describes a value, with its path. */
function* described(schema: unknown, path: string): Generator<[string, Schema]> {
  if (!isSchema(schema)) return;
  if ('type' in schema || 'enum' in schema || 'const' in schema) yield [path, schema];
  for (const [key, value] of Object.entries(schema)) {
    if (['properties', '$defs', 'patternProperties'].includes(key)) {
      for (const [name, inner] of Object.entries(value as Schema)) {
        if (isSchema(inner) && key === 'properties') yield [`${path}/${key}/${name}`, inner];
        yield* described(inner, `${path}/${key}/${name}`);
      }
    } else if (['items', 'additionalProperties', 'propertyNames'].includes(key)) yield* described(value, `${path}/${key}`);
    else if (key === 'anyOf') for (const [index, inner] of (value as unknown[]).entries()) yield* described(inner, `${path}/anyOf/${index}`);
  }
}

const all = [...Object.entries(sharedSchemas), ...kindNames.map((name) => [schemaPath(name), kinds[name].schema] as const)];

describe('the schemas of the kinds', () => {
  it.each(all)('%s has a title and a description on every value', (path, schema) => {
    const bare = [...described(schema, path)].filter(([, inner]) => typeof inner['title'] !== 'string' || typeof inner['description'] !== 'string');
    expect(bare.map(([at]) => at)).toEqual([]);
  });

  it.each(all)('%s leaves no object open by omission', (path, schema) => {
    const open = [...described(schema, path)].filter(([at, inner]) => inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner) && !at.includes('/if'));
    expect(open.map(([at]) => at)).toEqual([]);
  });

  it.each(kindNames)('%s: the example is valid, also by the one schema for editors', async (name) => {
    const example: unknown = parse(await readFile(new URL(`schemas/kinds/${kinds[name].folder}/example.yaml`, root), 'utf8'));
    const own = ajv.getSchema(schemaPath(name));
    if (own === undefined) throw new Error(`no schema for ${name}`);
    own(example);
    expect(own.errors ?? []).toEqual([]);
    editor(example);
    expect(editor.errors ?? []).toEqual([]);
    const wrong = { ...(example as Schema), spec: { ...((example as Schema)['spec'] as Schema), speling: 1 } };
    expect(own(wrong)).toBe(false);
    expect(editor(wrong)).toBe(false);
  });

  it('registers every folder that has a schema', async () => {
    const folders = (await readdir(new URL('schemas/kinds/', root), { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name !== 'shared');
    expect(folders.map((folder) => folder.name).sort()).toEqual(kindNames.map((name) => kinds[name].folder).sort());
  });

  it('is what the generated files say', async () => {
    const { stderr } = await promisify(execFile)(process.execPath, ['schemas/generate/generate.ts', '--check'], { cwd: root });
    expect(stderr).toBe('');
  });
});
