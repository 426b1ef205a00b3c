/** Validation of envelopes and bodies against `schemas/messages/*.schema.json`, compiled at first use. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import type { Envelope } from '../../schemas/messages/envelope.ts';
import type { Report } from '../../schemas/messages/report.ts';
import { messageSchemas } from '../../schemas/messages/schemas.ts';

interface Checked {
  readonly 'envelope.schema.json': Envelope;
  readonly 'assignment.schema.json': Assignment;
  readonly 'report.schema.json': Report;
}

let ajv: Ajv2020 | undefined;

/** What is wrong with a value by its schema, with a JSON pointer; null when nothing is. */
export function problemOf<Name extends keyof Checked>(name: Name, value: unknown): string | null {
  const validate = validatorOf(name);
  if (validate(value)) return null;
  const [error] = validate.errors ?? [];
  return error === undefined ? 'is not valid' : `${error.instancePath || '/'} ${error.message ?? 'is not valid'}`;
}

/** The value as its type when it obeys the schema, else null. */
export function parsed<Name extends keyof Checked>(name: Name, value: unknown): Checked[Name] | null {
  return problemOf(name, value) === null ? (value as Checked[Name]) : null;
}

function validatorOf(name: keyof Checked): ValidateFunction {
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: true, ownProperties: true });
    for (const [key, schema] of Object.entries(messageSchemas)) ajv.addSchema(schema, key);
  }
  const validate = ajv.getSchema(name);
  if (validate === undefined) throw new TypeError(`no schema is called ${name}`);
  return validate;
}
