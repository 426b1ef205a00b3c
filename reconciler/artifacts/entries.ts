/**
 * The files and links below one tree, in the order in which a bundle holds them, each checked by name.
 * Invariant: what is returned can be unpacked on any file system without one entry touching another or leaving.
 *
 * `.gitattributes` has no effect: `export-ignore` and `export-subst` are not applied, so that a bundle holds what the
 * commit holds, byte by byte, and depends on nothing else.
 */

import type { ObjectId } from '../../schemas/ids.ts';
import { createTwinFinder, linkProblem, pathProblem, type BundleLimits } from '../../schemas/messages/bundle.ts';
import type { GitRepository, GitTreeEntry } from '../contracts/git.ts';
import { BundleRefused } from './refusal.ts';

export type BundleEntry =
  | { readonly kind: 'file' | 'executable'; readonly path: string; readonly blob: ObjectId }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

/**
 * Everything below the tree, sorted by the bytes of the paths.
 * @throws BundleRefused naming the file, for submodules, twins, links that leave, and what exceeds the limits.
 * @throws GitFailure as reading does.
 */
export async function bundleEntries(repository: GitRepository, tree: ObjectId, limits: BundleLimits): Promise<readonly BundleEntry[]> {
  const listed = await listFiles(repository, tree, limits);
  listed.sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
  refuseTwins(listed);
  const targets = await readTargets(repository, listed);
  for (const path of targets.keys()) {
    const problem = linkProblem(targets, path, limits);
    if (problem !== null) throw new BundleRefused(`the symbolic link ${shown(path)} ${problem}`);
  }
  return listed.map(({ path, kind, id }) =>
    kind === 'symlink' ? { kind, path, target: targets.get(path) ?? '' } : { kind, path, blob: id });
}

export function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}

interface ListedFile {
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'symlink';
  readonly id: ObjectId;
}

async function listFiles(repository: GitRepository, root: ObjectId, limits: BundleLimits): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const folders: { readonly tree: ObjectId; readonly prefix: string }[] = [{ tree: root, prefix: '' }];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await repository.tree(folder.tree)) {
      seen += 1;
      // Folders count too: a tree of trees can be wide without holding one file.
      if (seen > limits.entries) throw new BundleRefused(`there are more than ${limits.entries} files and folders`);
      const path = folder.prefix + entry.name;
      const problem = pathProblem(path, limits);
      if (problem !== null) throw new BundleRefused(`${shown(path)} ${problem}`);
      if (entry.kind === 'tree') folders.push({ tree: entry.id, prefix: `${path}/` });
      else files.push(listed(entry, path));
    }
  }
  return files;
}

function listed(entry: GitTreeEntry, path: string): ListedFile {
  if (entry.kind === 'submodule') {
    throw new BundleRefused(`${shown(path)} is a Git submodule; its files are not in this repository, so put them into it or name its repository instead`);
  }
  if (entry.kind === 'tree') throw new TypeError('a folder is not a file');
  return { path, kind: entry.kind, id: entry.id };
}

function refuseTwins(files: readonly ListedFile[]): void {
  const twinOf = createTwinFinder();
  for (const { path } of files) {
    const twins = twinOf(path);
    if (twins === null) continue;
    throw new BundleRefused(`${shown(twins.one)} and ${shown(twins.other)} differ only in case or in Unicode form, and would be one file on some systems`);
  }
}

async function readTargets(repository: GitRepository, files: readonly ListedFile[]): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  for (const { path, kind, id } of files) {
    if (kind === 'symlink') targets.set(path, Buffer.from(await repository.blob(id)).toString('utf8'));
  }
  return targets;
}
