import { describe, expect, test } from 'vitest';
import { apiSchemas, apiTypeName } from '../../schemas/api/index.ts';
import type { OpenApiDocument } from '../../reconciler/server/openapi.ts';
import { apiReference } from '../../reconciler/server/reference.ts';
import { operatorFixture } from './operator-fixture.ts';

async function document(): Promise<OpenApiDocument> {
  return (await (await operatorFixture().get('/api/v1/openapi.json')).json()) as OpenApiDocument;
}

/** Every object in a value, with the path that leads to it. */
function* objectsIn(value: unknown, path = ''): Generator<{ path: string; object: Record<string, unknown> }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { path, object: value as Record<string, unknown> };
  for (const [key, member] of Object.entries(value)) yield* objectsIn(member, `${path}/${key}`);
}

describe('the OpenAPI document', () => {
  test('holds every route that is served, and no other', async () => {
    const { operator } = operatorFixture();
    const served = operator.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`).filter((route) => route !== 'GET /');
    const described = Object.entries((await document()).paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    expect(described.sort()).toEqual([...new Set(served)].sort());
  });

  test('describes every path parameter of every path', async () => {
    for (const [path, operations] of Object.entries((await document()).paths)) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(operations)) {
        const given = (operation.parameters as { in: string; name: string }[]).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        expect(given.sort()).toEqual(wanted.sort());
      }
    }
  });

  test('refers to nothing that is not in it, and uses every schema but that of stream events', async () => {
    const { paths, components } = await document();
    const references = new Set([...objectsIn({ paths, components })].flatMap(({ object }) => (typeof object['$ref'] === 'string' ? [object['$ref']] : [])));
    const known = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(known).toEqual(expect.arrayContaining([...references]));
    expect(known.filter((name) => !references.has(name))).toEqual(['#/components/schemas/Change']);
    expect(Object.keys(components.schemas).sort()).toEqual(Object.keys(apiSchemas).map(apiTypeName).sort());
  });

  test('describes every property, parameter, answer and operation', async () => {
    const { paths, components } = await document();
    for (const { path, object } of objectsIn(components)) {
      for (const [name, property] of Object.entries((object['properties'] ?? {}) as Record<string, { description?: string }>)) expect(property.description, `${path}/${name}`).toMatch(/\w{3}.*\.$/);
    }
    for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations))) {
      expect(operation.summary).not.toBe('');
      for (const described of [...(operation.parameters as { description: string }[]), ...Object.values(operation.responses)]) expect(described.description).toMatch(/\.$/);
    }
  });

  test('gives every operation an id of its own', async () => {
    const ids = Object.values((await document()).paths).flatMap((operations) => Object.values(operations).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is what docs/reference/api.md says (vitest -u writes it)', async () => {
    await expect(apiReference(await document())).toMatchFileSnapshot('../../docs/reference/api.md');
  });
});
