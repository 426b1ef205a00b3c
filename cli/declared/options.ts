/** Options that several commands share, and how a command shows its examples. */

import { InvalidArgumentError, Option, type Command } from 'commander';
import { formats, type Format } from '../output.ts';

export const defaultUrl = `http://127.0.0.1:${process.env['STRATOS_HTTP_PORT'] || '8088'}`;

/** Where the API is and how its answer is shown. */
export function asksTheApi(command: Command, shownAs: readonly Format[] = formats): Command {
  return command
    .addOption(new Option('-o, --output <format>', 'how the answer is printed').choices(shownAs).default(shownAs[0]))
    .addOption(new Option('--url <url>', 'address of the API').env('STRATOS_URL').default(defaultUrl))
    .addOption(new Option('--tenant <name>', 'tenant that is asked about').env('STRATOS_TENANT').default('default'));
}

export function watches(command: Command): Command {
  return command.option('-w, --watch', 'show it again whenever something changes, until Ctrl-C');
}

/** Lines of `command — what it does`, shown below the options. */
export function examples(command: Command, lines: readonly (readonly [command: string, does: string])[]): Command {
  const width = Math.max(...lines.map(([line]) => line.length));
  return command.addHelpText('after', ['', 'Examples:', ...lines.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`)].join('\n'));
}

/** Reads a number within bounds. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    return value;
  };
}
