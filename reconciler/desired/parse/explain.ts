/**
 * What a schema refuses, in words: what was found, what was expected, the nearest valid name.
 * Values whose names suggest a secret are never quoted.
 */

import type { ErrorObject } from 'ajv/dist/2020.js';
import { didYouMean } from '../../../schemas/nearest.ts';
import type { Finding } from './parsed.ts';

type Schema = Readonly<Record<string, unknown>>;
type Params = Readonly<Record<string, unknown>>;

/** More than these in one document are counted, not told. */
const maxErrors = 200;

/** One finding for each thing that is wrong: what only follows from another error is left out. */
export function explain(all: readonly ErrorObject[]): Finding[] {
  const errors = all.slice(0, maxErrors);
  const choices = errors.filter((error) => error.keyword === 'anyOf');
  const follows = (error: ErrorObject): boolean =>
    error.keyword === 'if' || error.keyword === 'propertyNames' ||
    choices.some((choice) => choice !== error && (error.instancePath === choice.instancePath || error.instancePath.startsWith(`${choice.instancePath}/`)));
  const findings = errors.filter((error) => !follows(error)).map(findingOf);
  if (all.length > maxErrors) findings.push({ code: 'too-many-problems', pointer: '', at: 'key', message: `${all.length - maxErrors} further errors are not shown` });
  return findings.filter((finding, index) => findings.findIndex((other) => other.pointer === finding.pointer && other.message === finding.message) === index);
}

function findingOf(error: ErrorObject): Finding {
  const params = error.params as Params;
  const schema = (error.parentSchema ?? {}) as Schema;
  const here = { pointer: error.instancePath, at: 'value' } as const;
  if (error.propertyName !== undefined) {
    const pointer = `${error.instancePath}/${escaped(error.propertyName)}`;
    return { code: 'invalid-name', pointer, at: 'key', message: `${quoted(error.propertyName, pointer)} cannot stand here; expected ${described(schema)}` };
  }
  switch (error.keyword) {
    case 'additionalProperties': return unknownKey(error, String(params['additionalProperty']), schema);
    case 'required': return missingKey(error, String(params['missingProperty']), schema);
    case 'dependentRequired': return { code: 'missing-key', pointer: `${error.instancePath}/${escaped(String(params['property']))}`, at: 'key', message: `${JSON.stringify(params['property'])} needs ${JSON.stringify(params['missingProperty'])} beside it` };
    case 'false schema': return conflict(error);
    case 'enum': return { ...here, code: 'invalid-value', message: choice(error, schema['enum'] as readonly unknown[]) };
    case 'const': return { ...here, code: 'invalid-value', message: choice(error, [schema['const']]) };
    case 'type': case 'anyOf': return { ...here, code: 'wrong-type', message: `found ${found(error)}; expected ${expected(error, schema)}` };
    default: return { ...here, code: 'invalid-value', message: bound(error, params, schema) };
  }
}

function unknownKey(error: ErrorObject, key: string, schema: Schema): Finding {
  const known = Object.keys((schema['properties'] ?? {}) as object);
  const nearby = didYouMean(key, known);
  const list = nearby === '' && known.length > 0 ? `; known here: ${known.slice(0, 15).join(', ')}${known.length > 15 ? ', …' : ''}` : nearby;
  return { code: 'unknown-key', pointer: `${error.instancePath}/${escaped(key)}`, at: 'key', message: `unknown key ${JSON.stringify(shortened(key))}${list}` };
}

function missingKey(error: ErrorObject, key: string, schema: Schema): Finding {
  const property = ((schema['properties'] ?? {}) as Record<string, Schema>)[key];
  const what = typeof property?.['description'] === 'string' ? `: ${withoutStop(property['description'])}` : '';
  return { code: 'missing-key', pointer: error.instancePath, at: 'key', message: `${JSON.stringify(key)} is missing${what}` };
}

/** A key that a schema closes when another one is there. */
function conflict(error: ErrorObject): Finding {
  const [, other] = /dependentSchemas\/([^/]+)\/properties\/[^/]+\/false schema$/.exec(error.schemaPath) ?? [];
  const key = error.instancePath.slice(error.instancePath.lastIndexOf('/') + 1);
  return { code: 'conflicting-keys', pointer: error.instancePath, at: 'key', message: other === undefined ? `${JSON.stringify(key)} may not stand here` : `${JSON.stringify(key)} cannot stand beside ${JSON.stringify(other)}: choose one` };
}

function choice(error: ErrorObject, allowed: readonly unknown[]): string {
  const names = allowed.map(String);
  const near = typeof error.data === 'string' ? didYouMean(error.data, names) : '';
  return `found ${found(error)}; expected ${names.length === 1 ? names[0] : `one of ${names.join(', ')}`}${near}`;
}

function bound(error: ErrorObject, params: Params, schema: Schema): string {
  const limit = String(params['limit']);
  const comparisons: Readonly<Record<string, string>> = {
    minimum: `at least ${limit}`, exclusiveMinimum: `more than ${limit}`, maximum: `at most ${limit}`, exclusiveMaximum: `less than ${limit}`,
    minItems: `at least ${limit} item${limit === '1' ? '' : 's'}`, maxItems: `at most ${limit} items`, minProperties: `at least ${limit} key${limit === '1' ? '' : 's'}`,
    maxProperties: `at most ${limit} keys`, maxLength: `at most ${limit} characters`,
  };
  const comparison = comparisons[error.keyword];
  if (comparison !== undefined) return `found ${found(error)}; expected ${comparison}`;
  if (error.keyword === 'uniqueItems') return `items ${String(params['j'])} and ${String(params['i'])} are the same`;
  return `found ${found(error)}; expected ${described(schema)}`;
}

function expected(error: ErrorObject, schema: Schema): string {
  if (error.keyword === 'anyOf') return described(schema);
  const types = [error.schema].flat().map(String).map((type) => ({ object: 'keys and values', array: 'a list', string: 'a text', integer: 'a whole number', number: 'a number', boolean: 'true or false', null: 'nothing' })[type] ?? type);
  return types.join(' or ');
}

function described(schema: Schema): string {
  const { title, description, format } = schema as { title?: string; description?: string; format?: string };
  const form = format === undefined ? undefined : formats[format];
  if (form !== undefined) return form;
  if (description === undefined) return title === undefined ? 'another value' : lowered(title);
  return title === undefined ? lowered(withoutStop(description)) : `${lowered(title)}: ${lowered(withoutStop(description))}`;
}

const formats: Readonly<Record<string, string>> = {
  'date-time': 'a time such as 2026-12-01T06:00:00Z', hostname: 'a domain name', uri: 'a URL', email: 'an e-mail address',
};

/** For the middle of a sentence; `TCP port` stays as it is. */
function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) || /^[A-Z] /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');

function found(error: ErrorObject): string {
  const { data } = error;
  if (data === null || data === undefined) return 'nothing';
  if (Array.isArray(data)) return `a list of ${data.length}`;
  if (typeof data === 'object') return Object.keys(data).length === 0 ? 'no keys' : `keys and values (${shortened(Object.keys(data).join(', '))})`;
  return quoted(data, error.instancePath);
}

const secretive = /secret|password|passwd|token|credential|private|key\b/i;
// A URL may carry a user and a password.
const mayHoldCredentials = /:\/\/[^/\s]*@/;

function quoted(data: unknown, pointer: string): string {
  const lastStep = pointer.slice(pointer.lastIndexOf('/') + 1);
  if (secretive.test(lastStep) || (typeof data === 'string' && mayHoldCredentials.test(data))) return `a ${typeof data === 'string' ? 'text' : typeof data} that is not shown`;
  return typeof data === 'string' ? JSON.stringify(shortened(data)) : String(data);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
