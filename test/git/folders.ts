/** Temporary folders that end with the test that made them, and the system's git when there is one. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { detectNativeGit } from '../../reconciler/git/native/index.ts';

export const searchPath = process.env['PATH'] ?? '/usr/bin:/bin';
export const systemGit = await detectNativeGit(searchPath);

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stratos-git-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
