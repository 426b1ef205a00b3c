/** `stratos schema [kind]`: the JSON Schema of one kind, or of all of them, for editors and checks. */

import { readFile } from 'node:fs/promises';
import { nearest } from '../../schemas/nearest.ts';
import { exitCodes, Failure } from '../exit.ts';
import { safeJson } from '../outside-text.ts';
import { processTerminal } from '../terminal.ts';

interface AllKinds {
  readonly $schema: string;
  readonly properties: { readonly kind: { readonly enum: readonly string[] } };
  readonly $defs: Readonly<Record<string, object>>;
}

const allKinds = new URL('../../schemas/stratos.schema.json', import.meta.url);

/** @param options `list`: the names of the kinds instead */
export async function printSchema(kind: string | undefined, options: { list?: boolean }): Promise<void> {
  const terminal = processTerminal();
  const whole = JSON.parse(await readFile(allKinds, 'utf8')) as AllKinds;
  const names = whole.properties.kind.enum;
  if (options.list === true) return terminal.print(names.join('\n'));
  terminal.print(safeJson(kind === undefined ? whole : schemaOf(named(kind, names), whole), 2));
}

/** The kind's name as it is written; case does not matter on the command line. */
function named(kind: string, names: readonly string[]): string {
  const name = names.find((known) => known.toLowerCase() === kind.toLowerCase());
  if (name !== undefined) return name;
  const near = nearest(kind, names);
  throw new Failure(exitCodes.notFound, `There is no kind ${JSON.stringify(kind)}${near === null ? '' : `; did you mean ${near}?`}`, [`Kinds: ${names.join(', ')}`]);
}

/** The schema of one kind with the definitions that it needs, free of references to other files. */
function schemaOf(name: string, { $schema, $defs }: AllKinds): object {
  const needed = new Set<string>();
  const collect = (schema: object | undefined): void => {
    for (const [, reference] of JSON.stringify(schema ?? {}).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      if (reference === undefined || needed.has(reference)) continue;
      needed.add(reference);
      collect($defs[reference]);
    }
  };
  collect($defs[name]);
  return { $schema, ...$defs[name], $defs: Object.fromEntries(Object.entries($defs).filter(([key]) => needed.has(key))) };
}
