/** What the artifact of a balancer may say: both files are optional. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Settings {
  /** True: answers name the peer and the commit that gave them. */
  readonly header: boolean;
  /** Shown when no peer serves; null for a plain line. */
  readonly errorPage: string | null;
}

/** @throws Error when `balancer.json` is there and is not what it should be: a balancer must not start half configured. */
export async function readSettings(artifactDirectory: string): Promise<Settings> {
  if (artifactDirectory === '') return { header: false, errorPage: null };
  const json = await readIfThere(join(artifactDirectory, 'balancer.json'));
  const errorPage = await readIfThere(join(artifactDirectory, 'error.html'));
  if (json === null) return { header: false, errorPage };
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('balancer.json must hold an object');
  const { header = false, ...unknown } = value as Record<string, unknown>;
  if (typeof header !== 'boolean') throw new Error('balancer.json: header must be true or false');
  const [surplus] = Object.keys(unknown);
  if (surplus !== undefined) throw new Error(`balancer.json: ${surplus} is not known; header is`);
  return { header, errorPage };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
