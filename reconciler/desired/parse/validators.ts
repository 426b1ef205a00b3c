/** The compiled schemas, one for each kind, compiled when first used. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { kindNames, kinds, schemaPath, sharedSchemas, type KindName } from '../../../schemas/kinds/index.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true, verbose: true });
addFormats.default(ajv);
for (const [path, schema] of Object.entries(sharedSchemas)) ajv.addSchema(schema, path);
for (const name of kindNames) ajv.addSchema(kinds[name].schema, schemaPath(name));

function validator(path: string): ValidateFunction {
  const found = ajv.getSchema(path);
  if (found === undefined) throw new TypeError(`no schema at ${path}`);
  return found as ValidateFunction;
}

/** What a document's value breaks in its kind's schema; empty when it meets it. */
export function schemaErrors(kind: KindName, value: unknown): readonly ErrorObject[] {
  const validate = validator(schemaPath(kind));
  return validate(value) ? [] : (validate.errors ?? []);
}

/** The same for the `spec` of an application by itself: what a template fills in. */
export function applicationSpecErrors(spec: unknown): readonly ErrorObject[] {
  const validate = validator(`${schemaPath('Application')}#/$defs/spec`);
  return validate(spec) ? [] : (validate.errors ?? []);
}

/** What a value breaks in a schema that a template declares. */
export function parameterErrors(schema: Readonly<Record<string, unknown>>, value: unknown): readonly ErrorObject[] {
  const validate = ajv.compile({ ...schema });
  const valid = validate(value);
  // Templates come and go: their schemas must not stay in the compiler's cache.
  ajv.removeSchema(schema);
  return valid ? [] : (validate.errors ?? []);
}
