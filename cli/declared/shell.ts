/** What shells need: completion scripts, and the words that complete a line. */

import { Argument, type Command } from 'commander';
import { completeCommand } from '../complete-command.ts';
import { examples } from './options.ts';

export function declareShell(program: Command): void {
  const completion = program.command('completion').helpGroup('For your shell:').description('print the script that completes commands, options and names')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: string) => (await import('../commands/completion.ts')).printScript(shell));
  examples(completion, [
    ['source <(stratos completion bash)', 'in this bash'],
    ['stratos completion zsh > "${fpath[1]}/_stratos"', 'for every zsh'],
    ['stratos completion fish | source', 'in this fish'],
  ]);
  program.command(completeCommand, { hidden: true }).argument('[words...]').allowUnknownOption().helpOption(false).passThroughOptions()
    .action(async (words: readonly string[]) => (await import('../commands/completion.ts')).printCandidates(program, words));
}
