/** The tree of commands. It is cheap: what a command does is loaded when it runs. */

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { declareOffline, declarePlatform } from './declared/offline.ts';
import { declareOnline } from './declared/online.ts';
import { examples } from './declared/options.ts';
import { declareShell } from './declared/shell.ts';
import { exitCodesHelp } from './exit.ts';
import { clean } from './outside-text.ts';

export function buildProgram(): Command {
  const { description, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Readonly<Record<'description' | 'version', string>>;
  const program = new Command('stratos');
  program
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for usage)')
    .configureOutput({
      // What was mistyped is quoted in errors: it comes from outside as everything does.
      outputError: (text, write) => write(`stratos: ${text.split('\n').map(clean).join('\n').replace(/^error: /, '')}`),
    })
    .exitOverride();
  declareOffline(program);
  declareOnline(program);
  declarePlatform(program);
  declareShell(program);
  examples(program, [
    ['stratos status', 'how the platform is'],
    ['stratos describe application shop', 'an application as a tree'],
    ['stratos explain shop', 'why something is not done'],
  ]);
  return program.addHelpText('after', `\n${exitCodesHelp}\n\nEnvironment:\n  STRATOS_URL     address of the API\n  STRATOS_TENANT  tenant that is asked about\n  NO_COLOR        no colours`);
}
