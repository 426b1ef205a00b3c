/** What runs on this machine. */

import { execFileSync } from 'node:child_process';

/** The lines of `ps`: process id, state, command line. */
function processLines(): readonly string[] {
  return execFileSync('/bin/sh', ['-c', 'ps -eo pid,stat,args'], { encoding: 'utf8' }).split('\n');
}

export function commandLines(): string {
  return processLines().join('\n');
}

/** Ids of the processes whose command line holds a text, zombies left out. */
export function processesWith(text: string): readonly number[] {
  return processLines().filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line)).map((line) => Number.parseInt(line, 10));
}
