/** The ends of log files, for people who ask why a test failed. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export function tailOf(file: string, lines = 20): string {
  return `--- ${basename(file)}\n${lastLines(file, lines)}`;
}

/** One tail for each folder in a folder. */
export function tailsIn(folder: string, name: string, lines = 6): readonly string[] {
  return foldersIn(folder).map((member) => `--- ${member}/${name}\n${lastLines(join(folder, member, name), lines)}`);
}

function lastLines(file: string, lines: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).map((line) => line.slice(0, 400)).join('\n');
  } catch {
    return '(not there)';
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
