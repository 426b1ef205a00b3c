/** Whether a body is what its schema says. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { apiSchemaFile, apiSchemas, type ApiSchemaName } from '../../schemas/api/index.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
for (const name of Object.keys(apiSchemas) as ApiSchemaName[]) ajv.addSchema(apiSchemas[name], apiSchemaFile(name));

/** What is wrong with a body; empty when nothing is. */
export function faultsOf(name: ApiSchemaName, body: unknown): string[] {
  const validate = ajv.getSchema(apiSchemaFile(name));
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate(body) === true ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
