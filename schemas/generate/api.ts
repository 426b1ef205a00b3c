/** The TypeScript types of the API's bodies, all in one file. */

import { apiSchemas, apiTypeName, type ApiSchemaName } from '../api/index.ts';
import { banner, declare, type GeneratedFile } from './typescript.ts';

/** `schemas/api/bodies.generated.ts`: one type for each schema, named as `apiTypeName` says. */
export async function apiTypes(): Promise<GeneratedFile> {
  const parts: string[] = [];
  for (const name of Object.keys(apiSchemas) as ApiSchemaName[]) {
    parts.push(await declare(apiTypeName(name), apiSchemas[name], apiTypeName));
  }
  return { path: 'api/bodies.generated.ts', text: [banner, ...parts].join('\n') };
}
