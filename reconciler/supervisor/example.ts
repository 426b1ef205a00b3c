/** Makes the example platform's bare repositories, once: what is there already is somebody's work and is left alone. */

import fs, { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import git, { type TreeEntry } from 'isomorphic-git';

export interface ExampleOptions {
  /** The folder `repos-example/` of the product. */
  readonly from: string;
  /** Where the bare repositories go: `definitions.git`, `artifacts/<name>.git`. */
  readonly into: string;
  readonly nowMs: number;
}

/** Makes the repositories that are missing; resolves with their paths. */
export async function makeExampleRepositories({ from, into, nowMs }: ExampleOptions): Promise<readonly string[]> {
  const artifacts = readdirSync(join(from, 'artifacts')).sort().map((name) => ({ folder: join(from, 'artifacts', name), bare: join(into, 'artifacts', `${name}.git`) }));
  const wanted = [{ folder: join(from, 'definitions'), bare: join(into, 'definitions.git') }, ...artifacts];
  const missing = wanted.filter(({ bare }) => !existsSync(bare));
  for (const { folder, bare } of missing) await makeRepository(folder, bare, nowMs);
  return missing.map(({ bare }) => bare);
}

/** Built beside its place and moved there whole, so that a crash leaves no half repository. */
async function makeRepository(folder: string, bare: string, nowMs: number): Promise<void> {
  const gitdir = `${bare}.new`;
  rmSync(gitdir, { recursive: true, force: true });
  mkdirSync(gitdir, { recursive: true });
  await git.init({ fs, gitdir, bare: true, defaultBranch: 'main' });
  const tree = await writeTree(folder, gitdir);
  const author = { name: 'Metatron Stratos', email: 'stratos@localhost', timestamp: Math.floor(nowMs / 1_000), timezoneOffset: 0 };
  await git.commit({ fs, gitdir, tree, author, committer: author, message: `The example's ${basename(folder)}\n`, ref: 'refs/heads/main' });
  renameSync(gitdir, bare);
}

async function writeTree(folder: string, gitdir: string): Promise<string> {
  const entries: TreeEntry[] = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) entries.push({ mode: '040000', path: name, type: 'tree', oid: await writeTree(path, gitdir) });
    else if (stats.isFile()) {
      const oid = await git.writeBlob({ fs, gitdir, blob: readFileSync(path) });
      entries.push({ mode: stats.mode & 0o100 ? '100755' : '100644', path: name, type: 'blob', oid });
    }
  }
  return git.writeTree({ fs, gitdir, tree: entries });
}
