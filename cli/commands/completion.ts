/** `stratos completion`: scripts for the shells, all of which ask `stratos __complete` what could come next. */

import type { Command } from 'commander';
import type { ApplicationSummary } from '../../schemas/api/bodies.generated.ts';
import { openApi } from '../api.ts';
import { completeCommand } from '../complete-command.ts';
import { clean } from '../outside-text.ts';
import { processTerminal } from '../terminal.ts';

const scripts: Readonly<Record<string, string>> = {
  bash: `_stratos() {
  local IFS=$'\\n'
  COMPREPLY=($(stratos ${completeCommand} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _stratos stratos`,
  zsh: `#compdef stratos
_stratos() {
  local -a candidates
  candidates=("\${(@f)$(stratos ${completeCommand} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -a candidates; else _files; fi
}
if [[ "\${funcstack[1]}" = _stratos ]]; then _stratos "$@"; else compdef _stratos stratos; fi`,
  fish: `complete -c stratos -f -a '(stratos ${completeCommand} -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

export function printScript(shell: string): void {
  processTerminal().print(scripts[shell] ?? '');
}

/** One candidate per line for the last word, which may be empty. Nothing at all: the shell offers files. */
export async function printCandidates(program: Command, words: readonly string[]): Promise<void> {
  const candidates = await candidatesFor(program, words);
  if (candidates.length > 0) processTerminal().print(candidates.join('\n'));
}

export async function candidatesFor(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const { command, values, open } = walk(program, words.slice(0, -1));
  const matching = (names: readonly string[]): readonly string[] => names.filter((name) => name.startsWith(typed));
  if (open !== undefined) return matching(open.argChoices ?? (/<name>/.test(open.flags) && open.long === '--application' ? await applications(words) : []));
  if (typed.startsWith('-')) return matching(command.options.filter((option) => !option.hidden).flatMap((option) => (option.long === undefined ? [] : [option.long])).concat('--help'));
  if (command.commands.length > 0) return matching(command.commands.map((child) => child.name()).filter((name) => name !== completeCommand));
  const argument = command.registeredArguments[values];
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return matching(argument.argChoices);
  if (argument.name() === 'application') return matching(await applications(words));
  return argument.name() === 'kind' ? matching(await kinds()) : [];
}

/** Follows the words to the command that they name; `open` is an option that still waits for its value. */
function walk(program: Command, words: readonly string[]): { command: Command; values: number; open: Command['options'][number] | undefined } {
  let command = program;
  let values = 0;
  let open: Command['options'][number] | undefined;
  for (const word of words) {
    if (open !== undefined) {
      open = undefined;
    } else if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      if (option?.required === true) open = option;
    } else {
      const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      if (child === undefined) values += 1;
      else [command, values] = [child, 0];
    }
  }
  return { command, values, open };
}

/** Of the platform that the line is about; none when it does not answer. */
async function applications(words: readonly string[]): Promise<readonly string[]> {
  const given = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const url = given('--url') ?? process.env['STRATOS_URL'] ?? 'http://127.0.0.1:8088';
  const tenant = given('--tenant') ?? process.env['STRATOS_TENANT'] ?? 'default';
  try {
    const { body } = await openApi({ url, tenant }).list<ApplicationSummary>('applications');
    return body.items.map(({ name }) => clean(name));
  } catch {
    return [];
  }
}

async function kinds(): Promise<readonly string[]> {
  return (await import('../../schemas/kinds/index.ts')).kindNames;
}
