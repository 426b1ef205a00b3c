/** The `stratos` command: reads the command line, runs one command, and turns what went wrong into words and an exit code. */

import { CommanderError } from 'commander';
import { exitCodes, Failure } from './exit.ts';
import { failureText } from './output.ts';
import { buildProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

/** An error of our own making: it is shown whole, to be reported. */
const broken = 70;

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // It has said what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Failure) {
    processTerminal().say(failureText(error));
    return error.exitCode;
  }
  processTerminal().say(`stratos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return broken;
}
