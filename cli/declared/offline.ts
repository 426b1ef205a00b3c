/** The commands that work without a running platform, and the one that runs it. */

import { Option, type Command } from 'commander';
import type { ImportOptions } from '../commands/import.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { ValidateOptions } from '../commands/validate.ts';
import { examples } from './options.ts';

const group = 'Work on files:';

export function declareOffline(program: Command): void {
  declareValidate(program);
  declarePlan(program);
  declareImport(program);
  declareSchema(program);
}

/** Where definitions are read from: files and folders, or a repository at a revision. */
function readsDefinitions(command: Command): Command {
  return command
    .option('--git <repository>', 'read this repository, bare or with a work tree, instead of files')
    .addOption(new Option('--rev <revision>', 'branch, tag or commit to read with --git').default('main'))
    .addOption(new Option('--folder <path>', 'folder of the repository to read with --git').default(''));
}

function declareValidate(program: Command): void {
  const validate = program.command('validate').helpGroup(group).description('check definitions: every problem with file, line, column and what would mend it')
    .argument('[paths...]', 'files and folders; the current folder when none is given')
    .addOption(new Option('-o, --output <format>', 'how problems are printed').choices(['text', 'json']).default('text'))
    .option('--strict', 'warnings count as errors');
  readsDefinitions(validate).action(async (paths: readonly string[], options: ValidateOptions) => (await import('../commands/validate.ts')).validate(paths, options));
  examples(validate, [
    ['stratos validate definitions/', 'a folder; exit code 1 when there are errors'],
    ['stratos validate shop.yaml cartridges.yaml', 'some files, which may refer to each other'],
    ['stratos validate --git definitions.git --rev feature', 'a branch, without a work tree'],
  ]);
}

function declarePlan(program: Command): void {
  const plan = program.command('plan').helpGroup(group).description('show the steps that definitions would take, with the reason of each')
    .argument('[paths...]', 'files and folders; the current folder when none is given')
    .option('-a, --application <name>', 'only this application')
    .option('--world <file>', 'begin from the members in this file; from none when nothing is said')
    .addOption(new Option('--against <url>', 'begin from the members of the platform at this address').conflicts('world'))
    .addOption(new Option('--tenant <name>', 'tenant whose members are asked for with --against').default('default'))
    .addOption(new Option('-o, --output <format>', 'how the plan is printed').choices(['text', 'json', 'yaml']).default('text'));
  readsDefinitions(plan).action(async (paths: readonly string[], options: PlanOptions) => (await import('../commands/plan.ts')).planDefinitions(paths, options));
  plan.addHelpText('after', worldHelp);
  examples(plan, [
    ['stratos plan definitions/', 'from nothing'],
    ['stratos plan definitions/ --against http://127.0.0.1:8088', 'what a push of this folder would change'],
    ['stratos plan --git definitions.git --rev feature -o json', 'for a pull request'],
  ]);
}

function declareImport(program: Command): void {
  const old = program.command('import').helpGroup(group).description('write old Stratos JSON as native YAML that plans the same')
    .argument('<from>', 'folder of old definitions')
    .argument('<to>', 'folder to write; a file that is there already is only written over with --force')
    .option('--force', 'write over files that are there already')
    .option('--dry-run', 'say what would be written, and write nothing')
    .action(async (from: string, to: string, options: ImportOptions) => (await import('../commands/import.ts')).importOld(from, to, options));
  examples(old, [
    ['stratos import old-definitions/ definitions/', 'prints the files that it writes, and the secrets that the platform needs'],
    ['stratos import old-definitions/ definitions/ --dry-run', 'only looks'],
  ]);
}

const worldHelp = `
A world file:
  now: 2026-11-20T10:00:00Z
  members:
    - {application: shop, cluster: tiers/web, partition: left, count: 2, status: active}`;

function declareSchema(program: Command): void {
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
