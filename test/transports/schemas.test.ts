import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compileFromFile } from 'json-schema-to-typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { problemOf } from '../../agent/transports/bodies.ts';
import { memberStatuses } from '../../schemas/messages/report.ts';
import { messageSchemas } from '../../schemas/messages/schemas.ts';
import { assignment, report } from './samples.ts';

const root = join(import.meta.dirname, '../..');
const messages = join(root, 'schemas/messages');

/** Compiles to nothing when a generated type and a written one are the same, brands and readonly aside. */
const agreement = `
import type { Assignment } from '${messages}/assignment.ts';
import type { Envelope } from '${messages}/envelope.ts';
import type { Report } from '${messages}/report.ts';
import type { Assignment as GeneratedAssignment } from './assignment.ts';
import type { Envelope as GeneratedEnvelope } from './envelope.ts';
import type { Report as GeneratedReport } from './report.ts';

// Only of a string that is no literal, branded or not, every key may be absent from a record.
type Plain<T> = T extends string ? ({} extends Record<T, 1> ? string : T)
  : T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T as Key extends string ? Plain<Key> : Key]: Plain<T[Key]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

export const assignment: Same<Plain<Assignment>, Plain<GeneratedAssignment>> = true;
export const report: Same<Plain<Report>, Plain<GeneratedReport>> = true;
export const envelope: Same<Omit<Plain<Envelope>, 'data'>, Omit<Plain<GeneratedEnvelope>, 'data'>> = true;
export const fewer: Same<Plain<Omit<Report, 'boots'>>, Plain<GeneratedReport>> = false;
export const other: Same<Plain<Omit<Report, 'status'> & { status: 'active' }>, Plain<GeneratedReport>> = false;
`;

describe('the schemas of the messages', () => {
  test('say the same as the types', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stratos-schemas-'));
    try {
      for (const name of ['assignment', 'envelope', 'report']) {
        const types = await compileFromFile(join(messages, `${name}.schema.json`), { cwd: messages, bannerComment: '', format: false });
        await writeFile(join(folder, `${name}.ts`), types);
      }
      await writeFile(join(folder, 'agreement.ts'), agreement);
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: { composite: false, emitDeclarationOnly: false, noEmit: true, rootDir: '/' },
        files: ['agreement.ts'],
        references: [],
      }));
      const tsc = join(root, 'node_modules/.bin/tsc');
      const { stdout } = await promisify(execFile)(tsc, ['-p', folder], { cwd: root }).catch((error: { stdout: string }) => error);
      expect(stdout).toBe('');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  test('take the samples, and nothing that lacks a property, has one more, or one of another form', () => {
    for (const [name, sample] of [['assignment.schema.json', assignment()], ['report.schema.json', report()]] as const) {
      expect(problemOf(name, sample)).toBeNull();
      expect(problemOf(name, { ...sample, extra: 1 })).toMatch(/additional properties/);
      for (const key of Object.keys(sample)) {
        expect(problemOf(name, Object.fromEntries(Object.entries(sample).filter(([other]) => other !== key))), key).toContain(`'${key}'`);
        expect(problemOf(name, { ...sample, [key]: 0.5 }), key).toContain(`/${key}`);
      }
    }
  });

  test('know every status', () => {
    for (const status of memberStatuses) expect(problemOf('report.schema.json', report({ status }))).toBeNull();
  });
});

type Tree = { readonly [key: string]: Tree };
const document = parse(await readFile(join(messages, 'asyncapi.yaml'), 'utf8')) as Tree;

describe('the AsyncAPI document', () => {
  const at = (pointer: string): unknown => pointer.split('/').slice(1).reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], document);

  test('refers to nothing that is not there', () => {
    const references: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === '$ref') references.push(String(value));
      return value;
    });
    expect(references.length).toBeGreaterThan(30);
    for (const reference of references) {
      if (reference.startsWith('#')) expect(at(reference.slice(1)), reference).toBeDefined();
      else expect(Object.keys(messageSchemas)).toContain(reference.replace('./', ''));
    }
  });

  test('names in each address exactly its parameters', () => {
    for (const [name, channel] of Object.entries(document['channels'] ?? {})) {
      const named = [...String(channel['address']).matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(named.sort(), name).toEqual(Object.keys(channel['parameters'] ?? {}).sort());
    }
  });

  test.each(['assignment', 'report'] as const)('has an example of the %s that is valid', (name) => {
    const message = at(`/components/messages/${name}`) as { name: string; examples: { payload: { type: string; data: unknown } }[] };
    expect(message.examples).toHaveLength(1);
    for (const { payload } of message.examples) {
      expect(problemOf('envelope.schema.json', payload)).toBeNull();
      expect(problemOf(`${name}.schema.json`, payload.data)).toBeNull();
      expect(payload.type).toBe(message.name);
    }
  });
});
