/** The `stratos` command, run to its end as a user would. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launcher } from './platform.ts';

export interface Ended {
  readonly code: number;
  /** What it wrote, to either stream. */
  readonly output: string;
}

export function stratos(...args: readonly string[]): Promise<Ended> {
  return stratosWithin({ PATH: process.env['PATH'] }, ...args);
}

export async function stratosWithin(environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> {
  return promisify(execFile)(process.execPath, [launcher, ...args], { env: environment, timeout: 30_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, output: `${stdout}${stderr}` }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: `${error.stdout}${error.stderr}` }),
  );
}
