/** Finding the system's git. */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface NativeGit {
  readonly program: string;
  /** Where git finds ssh and its own helpers. */
  readonly searchPath: string;
  readonly version: string;
}

/** Configuration through the environment came with 2.31; older ones could not be given a credential safely. */
const versionMin = [2, 31] as const;

/** The first usable git on a search path such as `PATH`; null when there is none or it is older than 2.31. */
export async function detectNativeGit(searchPath: string): Promise<NativeGit | null> {
  for (const folder of searchPath.split(delimiter).filter((one) => isAbsolute(one))) {
    const program = join(folder, 'git');
    const version = await versionOf(program, searchPath);
    if (version !== null) return isNewEnough(version) ? { program, searchPath, version } : null;
  }
  return null;
}

async function versionOf(program: string, searchPath: string): Promise<string | null> {
  try {
    await access(program, constants.X_OK);
    const { stdout } = await promisify(execFile)(program, ['version'], { env: { PATH: searchPath }, timeout: 10_000 });
    return /^git version (\d+\.\d+[^\s]*)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > versionMin[0] || (major === versionMin[0] && minor >= versionMin[1]);
}
