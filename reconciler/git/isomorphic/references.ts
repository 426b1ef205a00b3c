/** Writing all references of a mirror in one step: `packed-refs` is replaced as a whole, and nothing loose stands before it. */

import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectId } from '../../../schemas/ids.ts';

/** @param references Full names, not peeled. */
export async function replaceReferences(gitdir: string, references: ReadonlyMap<string, ObjectId>, head: string | null): Promise<void> {
  const lines = [...references].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => `${id} ${name}\n`);
  await replaceFile(gitdir, 'packed-refs', `# pack-refs with: sorted \n${lines.join('')}`);
  if (head !== null) await replaceFile(gitdir, 'HEAD', `ref: ${head}\n`);
  // Loose references win over packed ones; another store may have written some.
  for (const folder of ['refs/heads', 'refs/tags', 'refs/incoming']) await empty(join(gitdir, folder));
}

async function replaceFile(gitdir: string, name: string, text: string): Promise<void> {
  const written = join(gitdir, `${name}.new`);
  await writeFile(written, text);
  await rename(written, join(gitdir, name));
}

async function empty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
