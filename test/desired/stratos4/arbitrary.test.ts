/** Whatever stands in a file: reading never throws, its problems point into the file, and what is usable is right. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../../../reconciler/desired/parse/validators.ts';
import { importDefinitions } from '../../../reconciler/desired/stratos4/import/import.ts';
import * as given from './documents.ts';
import { allSamples, linked, parsed, samplesAreThere } from './old.ts';

const keys = [
  'applicationId', 'alias', 'components', 'groups', 'cartridges', 'dependencies', 'startupOrders', 'scalingDependents', 'aliases', 'terminationBehaviour', 'type', 'cartridgeMin', 'cartridgeMax',
  'subscribableInfo', 'autoscalingPolicy', 'deploymentPolicy', 'artifactRepository', 'repoUrl', 'repoPassword', 'privateRepo', 'name', 'groupMinInstances', 'groupMaxInstances', 'id', 'networkPartitions',
  'partitionAlgo', 'partitions', 'partitionMax', 'algorithm', 'properties', 'property', 'value', 'provider', 'loadThresholds', 'threshold', 'iaasProvider', 'portMapping', 'port', 'proxyPort', 'protocol',
  'imageId', 'category', 'host', 'persistence', 'volume', 'size', 'clusterId', 'kubernetesMaster', 'hostId', 'privateIPAddress', 'portRange', 'lower', 'upper', 'tenantDomain', 'email', 'artifactRepositories',
  'domainMappings', 'cartridgeAlias', 'domainName', 'contextPath', 'userName', 'credential', '__proto__', 'constructor', 'toString', 'apiVersion', 'kind',
];

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string(), fc.constantFrom('php', 'a, b', 'group.a', 'cartridge.b', 'mock', 'kubernetes', 'terminate-all', '1', 'true', '-', '//@', 'https://a:b@c/d'), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('anything'), { maxKeys: 8, noNullPrototype: false }),
  ),
}));

function holds(text: string): void {
  const file = parsed(text);
  const lines = text.split(/\r\n|\n|\r/);
  for (const { line, column, message } of file.problems) {
    expect(line === null || (line >= 1 && line <= lines.length), `${line} ${message}`).toBe(true);
    expect(line === null || column === null || (column >= 1 && column <= (lines[line - 1] ?? '').length + 1), `${line}:${column} ${message}`).toBe(true);
    expect(message).not.toMatch(/undefined|\[object|NaN/);
  }
  for (const { kind, value, dialect } of file.documents) if (value !== null && dialect === 'stratos4') expect(schemaErrors(kind, value)).toEqual([]);
  const texts = new Map([['a.json', text], ['b.json', text]]);
  linked(texts);
  for (const { text: native } of importDefinitions(new Map([['a.json', file]])).written) expect(parsed(native).documents.map(({ value }) => value === null)).toEqual([false]);
}

/** A change of one place of a text that JSON people make, or that a broken transfer makes. */
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 0, max: 12 }), by: fc.constantFrom('', ',', '{', '}', '[', ']', '"', ':', 'null', '0', '-1', '"x"', '{}', '[]', '\n', '\t', '*a', '&a ', '!!x ', '\u0000', '# ') });

function mutated(text: string, changes: readonly { at: number; length: number; by: string }[]): string {
  return changes.reduce((current, { at, length, by }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + by + current.slice(start + length);
  }, text);
}

/** One value somewhere in a document put in the place of another. */
function replaced(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (current: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(current)) return current.map(walk);
    return typeof current === 'object' && current !== null ? Object.fromEntries(Object.entries(current).map(([key, inner]) => [key, walk(inner)])) : current;
  };
  return walk(value);
}

const documents = [...given.world.values(), given.kubernetesCluster, given.tenant, given.signUp, given.domainMappings];

describe('any file', () => {
  it('of any JSON is survived', () => {
    fc.assert(fc.property(anything, (value) => holds(JSON.stringify(value, null, 2))), { numRuns: 400 });
  });

  it('of an old document with any value anywhere is survived', () => {
    fc.assert(fc.property(fc.constantFrom(...documents), fc.nat(60), anything, (document, at, by) => holds(JSON.stringify(replaced(document, at, by), null, 2))), { numRuns: 400 });
  });

  it('of an old document with any text changed is survived', () => {
    fc.assert(fc.property(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 3 }), (document, changes) => holds(mutated(JSON.stringify(document, null, 2), changes))), { numRuns: 400 });
  });

  it('with a key that every object has, where a truth value stands, is survived', () => {
    for (const key of ['toString', 'valueOf', '__proto__', 'constructor']) {
      holds(`{"artifactRepositories": [{"alias": "php", "privateRepo": {${JSON.stringify(key)}: 0}, "repoUrl": "https://git.example.com/theirs.git"}]}`);
    }
  });

  it('with many keys, or nested deep, ends soon and tells a bounded number of problems', () => {
    const many = JSON.stringify({ applicationId: 'x', components: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index])) });
    expect(parsed(many).problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['unknown-key', 'too-many-problems']));
    expect(parsed(many).problems).toHaveLength(21);
    const wrong = JSON.stringify({ id: 'x', networkPartitions: Array.from({ length: 900 }, () => ({ id: 1, partitionAlgo: 'x', partitions: [{}] })) });
    expect(parsed(wrong).problems).toHaveLength(200);
    const deep = (depth: number): string => `${'{"name":"g","groups":['.repeat(depth)}{"name":"end","cartridges":["x"]}${']}'.repeat(depth)}`;
    expect(parsed(deep(20)).documents).toHaveLength(1);
    expect(parsed(deep(2000))).toMatchObject({ documents: [], unreadable: true });
  });
});

describe.skipIf(!samplesAreThere)('the samples of Apache Stratos, mutilated [needs: stratos-samples at ../shared/stratos-samples or STRATOS_TEST_SAMPLES]', () => {
  it('are survived', () => {
    const texts = [...allSamples().values()];
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => holds(mutated(text, changes))), { numRuns: 300 });
  });
});
