/** Bytes → documents and problems: what is read, what is refused, and where each problem stands. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseFile } from '../../../reconciler/desired/parse/file.ts';
import { readDocuments } from '../../../reconciler/desired/parse/read.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const problems = (text: string | Uint8Array): string[] =>
  parseFile(typeof text === 'string' ? bytes(text) : text).problems.map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`);

const cartridge = 'apiVersion: stratos/v1\nkind: Cartridge\nmetadata: {name: a}\nspec: {category: data, iaasProvider: {local: {image: a}}}\n';

describe('what is ours', () => {
  it('reads any number of documents in YAML and JSON', () => {
    const parsed = parseFile(bytes(`${cartridge}---\n---\n${JSON.stringify({ apiVersion: 'stratos/v1', kind: 'Approval', metadata: { name: 'b' }, spec: { hold: 'h-123456', reason: 'yes', expires: '2026-12-01T00:00:00Z' } })}\n`));
    expect(parsed.problems).toEqual([]);
    expect(parsed.documents.map(({ index, kind, name }) => [index, kind, name])).toEqual([[0, 'Cartridge', 'a'], [2, 'Approval', 'b']]);
    expect(parsed.unreadable).toBe(false);
  });

  it('ignores and lists what is not', () => {
    const parsed = parseFile(bytes('apiVersion: apps/v1\nkind: Deployment\n---\n- 1\n---\nname: x\n'));
    expect(parsed.ignored).toEqual([
      { index: 0, reason: 'its apiVersion is "apps/v1"' },
      { index: 1, reason: 'it is not a set of keys and values' },
      { index: 2, reason: 'it has no apiVersion' },
    ]);
    expect(parsed.problems).toEqual([]);
  });

  it.each([
    ['apiVersion: statos/v1\nkind: Cartridge\n', ['1:13 unknown-api-version: found apiVersion "statos/v1"; expected "stratos/v1"']],
    ['apiVersion: stratos/v2\n', ['1:13 unknown-api-version: found apiVersion "stratos/v2"; expected "stratos/v1"']],
    ['kind: Cartridge\nspec: {}\n', ['1:1 unknown-api-version: a Cartridge without apiVersion; expected "apiVersion: stratos/v1"']],
    ['apiVersion: stratos/v1\nkind: Cartrige\n', ['2:7 unknown-kind: unknown kind "Cartrige"; did you mean "Cartridge"?']],
  ])('takes a near miss for an error: %j', (text, expected) => {
    expect(problems(text)).toEqual(expected);
    expect(parseFile(bytes(text)).unreadable).toBe(true);
  });
});

describe('problems of one document', () => {
  const application = (lines: string): string => `apiVersion: stratos/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  components:\n    cartridges:\n      web:\n${lines}`;

  it('names all of them, each where it stands', () => {
    expect(problems(application('        mim: 2\n        max: two\n        update: {strategy: roling, maxSurge: -1}\n        autoscalingPolicy: A b\n'))).toEqual([
      '8:9 unknown-key: unknown key "mim"; did you mean "min"?',
      '9:14 wrong-type: found "two"; expected a whole number',
      '10:28 invalid-value: found "roling"; expected one of rolling, canary, all-at-once; did you mean "rolling"?',
      '10:46 invalid-value: found -1; expected at least 0',
      '11:28 invalid-value: found "A b"; expected name: lower-case letters, digits and inner hyphens, at most 63 characters',
    ]);
  });

  it('keeps the identity of a broken document, and the others of the file', () => {
    const parsed = parseFile(bytes(`${application('        min: -1\n')}---\n${cartridge}`));
    expect(parsed.documents.map(({ kind, name, value }) => [kind, name, value === null])).toEqual([['Application', 'shop', true], ['Cartridge', 'a', false]]);
    expect(parsed.unreadable).toBe(false);
  });

  it.each([
    ['        min: 3\n        max: 2\n', ['8:14 range-reversed: the minimum 3 is above the maximum 2']],
    ['        update: {maxUnavailable: 0, maxSurge: 0}\n', ['8:34 update-cannot-move: with "maxUnavailable: 0" and "maxSurge: 0" no member could ever be replaced; one of them has to be at least 1']],
    ['        artifactRepository: {url: "ext::sh -c id"}\n', ['8:35 invalid-value: found "ext::sh -c id"; expected URL: https, http or ssh; on a local platform also a path below its repository directory, e.g. `artifacts/web.git`']],
    ['        artifactRepository: {url: "file:///etc"}\n', ['8:35 url-refused: the scheme "file" is not used; expected https, http or ssh']],
    ['        artifactRepository: {url: x, branch: a, tag: b}\n', ['8:49 conflicting-keys: "tag" cannot stand beside "branch": choose one']],
    ['        artifactRepository: {url: x, branch: a..b}\n', ['8:46 reference-refused: "a..b" is not a valid name for a branch']],
    ['        __proto__: {min: 1}\n', ['8:9 reserved-key: the key "__proto__" may not be used']],
  ])('refuses %j', (lines, expected) => {
    expect(problems(application(lines))).toEqual(expected);
  });

  it.each(['-1s', '0', '1y', '1e309s', 'P1D', '', 's', '1s1h'])('refuses the duration %j', (duration) => {
    expect(problems(cartridge.replace('category', `timeouts: {start: ${JSON.stringify(duration)}}, category`)).length).toBe(1);
  });

  it.each(['-1', '9007199254740992', '.nan', '.inf', '1.5', '"2"', 'true', '[]'])('refuses the count %s', (count) => {
    expect(problems(application(`        min: ${count}\n`)).length).toBe(1);
  });

  it('never quotes what may be a secret', () => {
    const text = application('        artifactRepository: {url: "https://bob:hunter2@x/y", secret: "hunter2!"}\n');
    expect(JSON.stringify(parseFile(bytes(text)))).not.toContain('hunter2');
    expect(problems(application('        artifactRepository: {url: "https://bob:hunter2@x/y"}\n'))).toEqual(['8:35 credential-in-url: the URL carries credentials; name a secret with "secret" instead']);
  });

  it('checks a template with its parameters in place', () => {
    expect(problems([
      'apiVersion: stratos/v1', 'kind: ApplicationTemplate', 'metadata: {name: t}', 'spec:',
      '  parameters: {required: [x], properties: {web: {type: integer, default: many}}}',
      '  application:', '    components: {cartridges: {web: {min: "${weg}", max: "a${web}", mix: 1, environment: {A: "${web}"}}}}', '',
    ].join('\n'))).toEqual([
      '5:27 unknown-reference: there is no parameter "x"',
      '5:74 wrong-type: the default is not of type integer',
      '7:42 unknown-reference: there is no parameter "weg"; did you mean "web"?',
      '7:57 placeholder-in-text: a parameter replaces a whole value, never a part of a text',
      '7:68 unknown-key: unknown key "mix"; did you mean "min"?',
    ]);
  });
});

describe('bytes that are not a definition', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['a duplicate key', 'a: 1\nb:\n  c: 1\n  c: 2\n', '4:3 duplicate-key: the key "c" stands twice'],
    ['a tab as indentation', 'a:\n\tb: 1\n', '2:1 syntax: tabs are not allowed as indentation'],
    ['an unknown tag', 'a: 1\nb: !!js/function "x"\n', '2:4 unknown-tag: unresolved tag: tag:yaml.org,2002:js/function'],
    ['a binary tag', 'a: !!binary aGk=\n', '1:4 unknown-tag: unknown scalar tag !<tag:yaml.org,2002:binary>'],
    ['a complex key', '? [a]\n: b\n', '1:1 syntax: object-based map does not support complex keys'],
    ['an unknown alias', 'a: *b\n', '1:4 syntax: unresolved alias (the anchor must be set before the alias): b'],
    ['NUL', 'a: 1\nb: \u0000\n', '2:4 control-character: the control character U+0000 may not stand in a definition'],
    ['invalid UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0x31, 0x0a, 0x62, 0x3a, 0x20, 0xff, 0x0a]), '2:4 not-utf-8: the file is not valid UTF-8'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), '1:1 not-utf-8: the file is UTF-16; only UTF-8 is read'],
    ['a large file', 'a'.repeat(1024 * 1024 + 1), 'null:null file-too-large: the file has 1048577 bytes; at most 1048576 are read'],
    ['many documents', '---\na: 1\n'.repeat(1001), 'null:null too-many-documents: the file has more than 1000 documents'],
    ['deep nesting', `a: ${'['.repeat(100_000)}`, '1:53 too-deep: nesting exceeded maxDepth (50)'],
    ['deep nesting after another error', `a: 1\na: 2\nb: ${'['.repeat(100_000)}`, '3:53 too-deep: nesting exceeded maxDepth (50)'],
  ])('%s', (_name, text, expected) => {
    expect(problems(text)).toEqual([expected]);
    expect(parseFile(typeof text === 'string' ? bytes(text) : text).unreadable).toBe(true);
  });

  it('refuses an alias bomb before it goes off', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level}: &l${level} [${level === 0 ? 'x' : Array(5).fill(`*l${level - 1}`).join(', ')}]`);
    expect(problems(levels.join('\n'))).toEqual(['null:null too-many-values: its aliases stand for more than 200000 values']);
    expect(problems(Array.from({ length: 9 }, (_, level) => `l${level}: &l${level} [${level === 0 ? 'x' : Array(9).fill(`*l${level - 1}`).join(', ')}]`).join('\n')).join()).toMatch(/too-deep|exceeded/);
  });

  it('tells the first errors of a document that has very many, and counts the rest', () => {
    const groups = Array.from({ length: 40 }, (_, index) => `g${index}: {cartridges: {${Array.from({ length: 100 }, (_, inner) => `A${inner}: {x: 1}`).join(', ')}}}`).join(', ');
    const found = problems(`apiVersion: stratos/v1\nkind: Application\nmetadata: {name: a}\nspec: {components: {groups: {${groups}}}}`);
    expect(found.length).toBeLessThan(202);
    expect(found).toContainEqual(expect.stringMatching(/^1:1 too-many-problems: \d+ further errors are not shown$/));
  });

  it('does not look into a collection that no kind needs', () => {
    const references = Array.from({ length: 5000 }, (_, index) => `A${index}: {x: 1}`).join(', ');
    expect(problems(`apiVersion: stratos/v1\nkind: Application\nmetadata: {name: a}\nspec: {components: {cartridges: {${references}}}}`)).toEqual([
      '4:21 too-many-values: found 5000 entries; expected at most 1000',
    ]);
  });

  it('names the errors of every document, and reads those without', () => {
    const parsed = parseFile(bytes(`a: [1\n---\n${cartridge}---\nc: 1\nc: 2\nd: 1\nd: 2\n---\nmore: [`));
    expect(parsed.problems.map(({ line, code, document }) => [line, code, document])).toEqual([[2, 'syntax', 0], [9, 'duplicate-key', 2], [11, 'duplicate-key', 2], [13, 'syntax', 3]]);
    expect(parsed.documents.map(({ index, name }) => [index, name])).toEqual([[1, 'a']]);
  });

  it('takes a byte-order mark and carriage returns', () => {
    const parsed = parseFile(bytes(`\ufeff${cartridge.replaceAll('\n', '\r\n')}`));
    expect(parsed.problems).toEqual([]);
    expect(parsed.documents).toHaveLength(1);
  });

  it('survives any bytes, and says the same of them each time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '-', '[', ']', '{', '}', '"', "'", '&', '*', '!', '|', '>', '%', '#', '\t', ',', '?', '\u00e9', 'apiVersion: stratos/v1\n', 'kind: Application\n', '---\n'), maxLength: 60 });
    fc.assert(fc.property(fc.oneof(text.map(bytes), fc.uint8Array({ maxLength: 60 })), (input) => {
      const parsed = parseFile(input);
      expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
      expect(parseFile(input)).toEqual(parsed);
    }), { numRuns: 800 });
  });
});

describe('the two parsers', () => {
  it('agree on every value that both read', () => {
    const scalar = fc.oneof(fc.constantFrom('yes', 'no', 'on', '1e3', '0o17', '017', '0x1f', '1_000', '.inf', '2026-01-01', '~', 'null', 'True', '1.', '-0', '+1', '"a\\tb"', "'it''s'", '12:30', '1.2.3', 'a b'), fc.integer().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    const key = fc.constantFrom('a', 'b', 'c', 'constructor', 'toString', 'x-y', '<<');
    const block: fc.Arbitrary<string> = fc.uniqueArray(fc.tuple(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`))), { selector: ([name]) => name, minLength: 1, maxLength: 5 })
      .map((pairs) => pairs.map(([name, value]) => `${name}: ${value}\n`).join(''));
    fc.assert(fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (documents) => {
      const text = documents.join('---\n');
      const read = readDocuments(text);
      expect(read.problems).toEqual([]);
      const reference = parseAllDocuments(text, { version: '1.2' }).map((document) => document.toJS() as unknown);
      expect(read.values.map(({ value }) => value)).toEqual(reference);
    }), { numRuns: 500 });
  });
});
