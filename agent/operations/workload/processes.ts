/**
 * The processes of a workload, found by the mark that they carry in their environment: also those that a script left
 * behind, and those of an agent that is no more. Only where the system shows environments (`/proc`); elsewhere nothing
 * is found and only direct children can be ended.
 */

import { readdir, readFile } from 'node:fs/promises';
import { markVariable } from '../../environment.ts';

/** Process ids whose mark begins with `mark`; never our own. */
export async function findMarked(mark: string): Promise<readonly number[]> {
  if (mark === '') return [];
  const wanted = `${markVariable}=${mark}`;
  const names = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    // Processes of other users and those that have just ended can not be read: they are not ours.
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (environment.split('\0').some((entry) => entry.startsWith(wanted))) found.push(Number(name));
  }
  return found;
}

/** Sends a signal to all of them; returns how many there were. */
export async function signalMarked(mark: string, signal: NodeJS.Signals): Promise<number> {
  const found = await findMarked(mark);
  for (const id of found) {
    try {
      process.kill(id, signal);
    } catch {
      // It has ended in the meantime, which is what was asked for.
    }
  }
  return found.length;
}

/** Kills all of them, also those that are born meanwhile. */
export async function killMarked(mark: string): Promise<void> {
  for (let round = 0; round < 5; round += 1) if (await signalMarked(mark, 'SIGKILL') === 0) return;
}
