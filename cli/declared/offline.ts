/** The commands that work without a running platform, and the one that runs it. */

import type { Command } from 'commander';
import { examples } from './options.ts';

const group = 'Work on files:';

export function declareOffline(program: Command): void {
  const schema = program.command('schema').helpGroup(group).description('print the JSON Schema of a kind, or of all kinds in one')
    .argument('[kind]', 'kind of document, e.g. Application')
    .option('-l, --list', 'list the kinds instead')
    .action(async (kind: string | undefined, options: { list?: boolean }) => (await import('../commands/schema.ts')).printSchema(kind, options));
  examples(schema, [['stratos schema > stratos.schema.json', 'for an editor that checks and completes'], ['stratos schema Cartridge', 'one kind']]);
}

export function declarePlatform(program: Command): void {
  const up = program.command('up').alias('dev').helpGroup('Run the platform:').description('run the platform on this machine until Ctrl-C, which stops all that it started')
    .action(async () => (await import('../commands/up.ts')).runPlatform());
  examples(up, [['stratos up', 'what npm start does'], ['STRATOS_HTTP_PORT=9000 stratos up', 'API and console on another port']]);
}
