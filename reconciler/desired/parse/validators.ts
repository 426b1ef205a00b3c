/** The compiled schemas, one for each kind, compiled when first used. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApplicationTemplateParameters } from '../../../schemas/kinds/application-template/generated.ts';
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

/** Templates come and go, and say what they like: each has a compiler of its own, which forgets it when it goes and takes no offence. */
const parameterValidators = new WeakMap<object, ValidateFunction>();

/** What parameters break in the schema that a template declares. @param declared the template's `parameters`, the same object each time. */
export function parameterErrors(declared: ApplicationTemplateParameters, values: unknown): readonly ErrorObject[] {
  const known = parameterValidators.get(declared);
  const validate = known ?? compileParameters(declared);
  if (known === undefined) parameterValidators.set(declared, validate);
  return validate(values) ? [] : (validate.errors ?? []);
}

function compileParameters({ properties, required }: ApplicationTemplateParameters): ValidateFunction {
  const compiler = new Ajv2020({ strict: false, validateSchema: false, allErrors: true, verbose: true });
  addFormats.default(compiler);
  return compiler.compile({ type: 'object', properties, required: required ?? [] });
}
