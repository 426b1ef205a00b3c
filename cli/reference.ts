/** docs/reference/cli.md, made from the tree of commands: `node cli/reference.ts` writes it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from './program.ts';

export const referenceFile = path.join(import.meta.dirname, '..', 'docs', 'reference', 'cli.md');

/** The whole page, as Markdown. */
export function referencePage(program: Command = buildProgram()): string {
  const commands = visibleBelow(program);
  return [
    '<!-- Generated from the commands by `npm run generate`; change the commands instead. -->',
    '# The `stratos` command',
    'In a clone of the repository run it as `npm run stratos -- …` or `node cli/launch.mjs …`; `npm link` puts `stratos` on the PATH.',
    '`-o json`, `yaml` and `name` print the document alone on stdout, for programs; everything else goes to stderr.',
    section(program),
    ...commands.map(section),
  ].join('\n\n').concat('\n');
}

/** Commands in the order of the help, each followed by its own. */
function visibleBelow(command: Command): readonly Command[] {
  const children = command.createHelp().visibleCommands(command).filter((child) => child.name() !== 'help');
  return children.flatMap((child) => [child, ...visibleBelow(child)]);
}

function section(command: Command): string {
  const names = fullName(command);
  return [`${'#'.repeat(names.length + 1)} \`${names.join(' ')}\``, `\`\`\`text\n${helpOf(command)}\n\`\`\``].join('\n\n');
}

function fullName(command: Command): readonly string[] {
  return command.parent === null ? [command.name()] : [...fullName(command.parent), command.name()];
}

/** The help as it is printed, at a fixed width and without what the surroundings change. */
function helpOf(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (part) => { text += part; }, getOutHelpWidth: () => 100, getOutHasColors: () => false });
  command.outputHelp();
  command.configureOutput(before);
  return text.trimEnd();
}

if (import.meta.main) {
  mkdirSync(path.dirname(referenceFile), { recursive: true });
  writeFileSync(referenceFile, referencePage());
}
