/** Bare repositories with any tree at all: modes, links, submodules and names that no work tree would let in. */

import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import git from 'isomorphic-git';
import { objectId, type ObjectId } from '../../schemas/ids.ts';

/** A string is a file with mode 0644. */
export type Entry = string | { readonly content: string | Uint8Array; readonly mode: '100644' | '100755' } | { readonly link: string } | { readonly submodule: string };
export type Files = ReadonlyMap<string, Entry> | Readonly<Record<string, Entry>>;

const author = { name: 'Ada Example', email: 'ada@example.com', timestamp: 1_700_000_000, timezoneOffset: 0 };

export interface TestRepository {
  readonly path: string;
  tree(files: Files): Promise<ObjectId>;
  /** Commits exactly these files on top of the branch, or of `parents`. */
  commit(files: Files, options?: { readonly branch?: string; readonly message?: string; readonly parents?: readonly string[] }): Promise<ObjectId>;
  tag(name: string, commit: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
}

export async function makeRepository(path: string): Promise<TestRepository> {
  await mkdir(path, { recursive: true });
  const repository = { fs, gitdir: path };
  await git.init({ ...repository, bare: true, defaultBranch: 'main' });
  const tree = async (files: Files): Promise<ObjectId> =>
    objectId(await writeTree(path, [...(files instanceof Map ? files : Object.entries(files))] as [string, Entry][]));

  return {
    path,
    tree,
    async commit(files, { branch = 'main', message = 'Change', parents } = {}) {
      const head = parents ?? await git.resolveRef({ ...repository, ref: `refs/heads/${branch}` }).then((id) => [id], () => []);
      const commit = { tree: await tree(files), parent: [...head], author, committer: author, message };
      const oid = await git.writeCommit({ ...repository, commit });
      await git.writeRef({ ...repository, ref: `refs/heads/${branch}`, value: oid, force: true });
      return objectId(oid);
    },
    async tag(name, commit) {
      const tag = { object: commit, type: 'commit' as const, tag: name, tagger: author, message: name };
      const oid = await git.writeTag({ ...repository, tag });
      await git.writeRef({ ...repository, ref: `refs/tags/${name}`, value: oid, force: true });
    },
    deleteBranch: (name) => git.deleteRef({ ...repository, ref: `refs/heads/${name}` }),
  };
}

async function writeTree(gitdir: string, files: readonly (readonly [string, Entry])[]): Promise<string> {
  const folders = new Map<string, [string, Entry][]>();
  const tree = [];
  for (const [path, entry] of files) {
    const slash = path.indexOf('/');
    if (slash === -1) tree.push(await writeEntry(gitdir, path, entry));
    else {
      const name = path.slice(0, slash);
      const inner = folders.get(name) ?? [];
      folders.set(name, inner);
      inner.push([path.slice(slash + 1), entry]);
    }
  }
  for (const [path, inner] of folders) tree.push({ mode: '040000', path, oid: await writeTree(gitdir, inner), type: 'tree' as const });
  return git.writeTree({ fs, gitdir, tree });
}

async function writeEntry(gitdir: string, path: string, entry: Entry): Promise<{ mode: string; path: string; oid: string; type: 'blob' | 'commit' }> {
  if (typeof entry === 'object' && 'submodule' in entry) return { mode: '160000', path, oid: entry.submodule, type: 'commit' };
  const link = typeof entry === 'object' && 'link' in entry;
  const content = typeof entry === 'string' ? entry : link ? entry.link : entry.content;
  const oid = await git.writeBlob({ fs, gitdir, blob: Buffer.from(content) });
  return { mode: typeof entry === 'string' ? '100644' : link ? '120000' : entry.mode, path, oid, type: 'blob' };
}
