/**
 * Writes everything that is generated from the schemas: the types of each kind, the one schema for editors, the page of kinds.
 * With `--check` it writes nothing, names the files that differ, and exits 1 when there are any.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { kindNames } from '../kinds/index.ts';
import { apiTypes } from './api.ts';
import { combinedSchema } from './combined.ts';
import { kindsReference } from './reference.ts';
import { kindTypes, sharedTypes } from './typescript.ts';

const schemas = new URL('../', import.meta.url);

async function generated(): Promise<{ path: string; text: string }[]> {
  const types = await Promise.all([sharedTypes(), ...kindNames.map(kindTypes)]);
  return [
    ...types.flat().map(({ path, text }) => ({ path: `kinds/${path}`, text })),
    await apiTypes(),
    { path: 'stratos.schema.json', text: `${JSON.stringify(combinedSchema(), null, 1)}\n` },
    { path: '../docs/reference/kinds.md', text: `${(await kindsReference()).trimEnd()}\n` },
  ];
}

const check = process.argv.includes('--check');
for (const { path, text } of await generated()) {
  const current = await readFile(new URL(path, schemas), 'utf8').catch(() => null);
  if (current === text) continue;
  if (check) {
    process.exitCode = 1;
    process.stderr.write(`schemas/${path} is not what the schemas say; run npm run generate\n`);
  } else {
    await writeFile(new URL(path, schemas), text);
    process.stdout.write(`wrote schemas/${path}\n`);
  }
}
