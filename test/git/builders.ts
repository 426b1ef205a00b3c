/** Two ways to make a bare repository with real commits: the system's git, and isomorphic-git. */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import git from 'isomorphic-git';
import { objectId, type ObjectId } from '../../schemas/ids.ts';
import { searchPath } from './folders.ts';

export interface CommitOptions {
  readonly branch?: string;
  readonly message?: string;
  /** The default is the branch's head; an empty list makes a commit without a history. */
  readonly parents?: readonly string[];
  /** Path → what it points at. */
  readonly symlinks?: Readonly<Record<string, string>>;
}

export interface Builder {
  readonly path: string;
  /** Writes a commit that holds exactly these files, and moves the branch to it. */
  commit(files: Readonly<Record<string, string>>, options?: CommitOptions): Promise<ObjectId>;
  /** An annotated tag of any object. */
  tag(name: string, target: string): Promise<ObjectId>;
  setReference(name: string, id: string): Promise<void>;
  deleteReference(name: string): Promise<void>;
}

export type BuilderKind = 'git' | 'isomorphic-git';

const author = { name: 'Ada Example', email: 'ada@example.com', timestamp: 1_700_000_000, timezoneOffset: -60 };

export function build(kind: BuilderKind, path: string, objectFormat: 'sha1' | 'sha256' = 'sha1'): Promise<Builder> {
  return kind === 'git' ? buildWithGit(path, objectFormat) : buildWithIsomorphicGit(path);
}

/** Runs the system's git in a repository, with a clean configuration. */
export function runSystemGit(path: string, args: readonly string[], input: string | Buffer = ''): string {
  return execFileSync('git', ['--git-dir', path, '-c', 'gc.auto=0', ...args], {
    input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: searchPath, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: `${author.timestamp} +0100`,
      GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email, GIT_COMMITTER_DATE: `${author.timestamp} +0100`,
    },
  }).trim();
}

async function buildWithGit(path: string, objectFormat: string): Promise<Builder> {
  await mkdir(path, { recursive: true });
  runSystemGit(path, ['init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${objectFormat}`]);
  const id = (args: readonly string[], input: string | Buffer = ''): ObjectId => objectId(runSystemGit(path, args, input));

  return {
    path,
    async commit(files, { branch = 'main', message = 'Change\n', parents, symlinks = {} } = {}) {
      const head = parents ?? headsOf(path, branch);
      const person = `${author.name} <${author.email}> ${author.timestamp} +0100`;
      const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
      const lines = [
        `commit refs/heads/${branch}\nauthor ${person}\ncommitter ${person}\n${data(message)}`,
        ...(parents?.length === 0 ? [] : head.map((parent, index) => `${index === 0 ? 'from' : 'merge'} ${parent}\n`)),
        'deleteall\n',
        ...Object.entries(files).map(([name, text]) => `M 100644 inline ${JSON.stringify(name)}\n${data(text)}`),
        ...Object.entries(symlinks).map(([name, text]) => `M 120000 inline ${JSON.stringify(name)}\n${data(text)}`),
      ];
      if (parents?.length === 0) runSystemGit(path, ['update-ref', '-d', `refs/heads/${branch}`]);
      runSystemGit(path, ['fast-import', '--quiet', '--force'], lines.join(''));
      return id(['rev-parse', `refs/heads/${branch}`]);
    },
    async tag(name, target) {
      const type = runSystemGit(path, ['cat-file', '-t', target]);
      const made = id(['mktag'], `object ${target}\ntype ${type}\ntag ${name}\ntagger ${author.name} <${author.email}> ${author.timestamp} +0100\n\n${name}\n`);
      runSystemGit(path, ['update-ref', `refs/tags/${name}`, made]);
      return made;
    },
    async setReference(name, value) {
      runSystemGit(path, ['update-ref', name, value]);
    },
    async deleteReference(name) {
      runSystemGit(path, ['update-ref', '-d', name]);
    },
  };
}

function headsOf(path: string, branch: string): readonly string[] {
  const head = runSystemGit(path, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
  return head === '' ? [] : [head];
}

async function buildWithIsomorphicGit(gitdir: string): Promise<Builder> {
  await mkdir(gitdir, { recursive: true });
  await git.init({ fs, gitdir, bare: true, defaultBranch: 'main' });

  type Entry = { readonly mode: '100644' | '120000'; readonly text: string };

  async function writeFolder(files: ReadonlyMap<string, Entry>): Promise<string> {
    const folders = new Map<string, Map<string, Entry>>();
    const tree: { mode: string; path: string; oid: string; type: 'blob' | 'tree' }[] = [];
    for (const [name, entry] of files) {
      const slash = name.indexOf('/');
      if (slash < 0) {
        const oid = await git.writeBlob({ fs, gitdir, blob: Buffer.from(entry.text) });
        tree.push({ mode: entry.mode, path: name, oid, type: 'blob' });
      } else {
        const folder = name.slice(0, slash);
        folders.set(folder, (folders.get(folder) ?? new Map<string, Entry>()).set(name.slice(slash + 1), entry));
      }
    }
    for (const [name, inner] of folders) tree.push({ mode: '040000', path: name, oid: await writeFolder(inner), type: 'tree' });
    return git.writeTree({ fs, gitdir, tree });
  }

  function entries(texts: Readonly<Record<string, string>>, mode: Entry['mode']): [string, Entry][] {
    return Object.entries(texts).map(([name, text]) => [name, { mode, text }]);
  }

  return {
    path: gitdir,
    async commit(files, { branch = 'main', message = 'Change\n', parents, symlinks = {} } = {}) {
      const head = await git.resolveRef({ fs, gitdir, ref: `refs/heads/${branch}` }).then((id) => [id], () => []);
      const oid = await git.writeCommit({ fs, gitdir, commit: {
        tree: await writeFolder(new Map([...entries(files, '100644'), ...entries(symlinks, '120000')])), parent: [...(parents ?? head)], author, committer: author, message,
      } });
      await git.writeRef({ fs, gitdir, ref: `refs/heads/${branch}`, value: oid, force: true });
      return objectId(oid);
    },
    async tag(name, target) {
      const { type } = await git.readObject({ fs, gitdir, oid: target, format: 'content' });
      const kind = type as 'commit' | 'tag';
      const oid = await git.writeTag({ fs, gitdir, tag: { object: target, type: kind, tag: name, tagger: author, message: `${name}\n` } });
      await git.writeRef({ fs, gitdir, ref: `refs/tags/${name}`, value: oid, force: true });
      return objectId(oid);
    },
    setReference: (name, value) => git.writeRef({ fs, gitdir, ref: name, value, force: true }),
    deleteReference: (name) => git.deleteRef({ fs, gitdir, ref: name }),
  };
}
