/**
 * Pushing to a bare repository as a person does. With the system's git: a clone, a commit, a push. Without it the same objects
 * and references are written by isomorphic-git, which cannot push to a folder.
 */

import { execFile, spawnSync } from 'node:child_process';
import fs, { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import git from 'isomorphic-git';

export const hasSystemGit = spawnSync('git', ['--version']).status === 0;

/** Path → new text, or what makes it from the old text; null removes the file. A file in a folder `bin` is executable. */
export type Changes = Readonly<Record<string, string | null | ((before: string) => string)>>;

export interface Workplace {
  /** Commits and pushes; resolves with the commit. */
  push(changes: Changes, message?: string): Promise<string>;
  /** Takes the newest commit back by a further one, and pushes it. */
  revert(): Promise<string>;
  /** Puts a commit in the place of the newest one, and pushes it by force. */
  forcePush(changes: Changes): Promise<string>;
  deleteBranch(): Promise<void>;
  /** Pushes the branch as it is here, whatever became of it there. */
  pushBranch(): Promise<void>;
  close(): void;
}

const author = { name: 'Somebody', email: 'somebody@example.com' };
const settings = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`, '-c', 'commit.gpgsign=false', '-c', 'advice.detachedHead=false'];

/** A place to work on the branch `main` of a bare repository. */
export async function openWorkplace(bare: string, by: 'system-git' | 'isomorphic-git' = hasSystemGit ? 'system-git' : 'isomorphic-git'): Promise<Workplace> {
  const directory = mkdtempSync(join(tmpdir(), 'stratos-clone-'));
  return by === 'system-git' ? systemGit(directory, bare) : isomorphicGit(directory, bare);
}

async function systemGit(directory: string, bare: string): Promise<Workplace> {
  const run = async (...args: readonly string[]): Promise<string> => {
    const environment = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
    return (await promisify(execFile)('git', [...settings, ...args], { cwd: join(directory, 'clone'), env: environment })).stdout.trim();
  };
  mkdirSync(join(directory, 'clone'));
  await run('clone', '--quiet', '--branch', 'main', bare, '.');
  const head = (): Promise<string> => run('rev-parse', 'HEAD');
  const commit = async (changes: Changes, ...how: readonly string[]): Promise<void> => {
    write(join(directory, 'clone'), changes);
    await run('add', '--all');
    await run('commit', '--quiet', '--allow-empty', ...how);
  };
  const pushBranch = async (...how: readonly string[]): Promise<void> => { await run('push', '--quiet', ...how, 'origin', 'main'); };
  return {
    push: async (changes, message = 'A change') => { await commit(changes, '-m', message); await pushBranch(); return head(); },
    revert: async () => { await run('revert', '--no-edit', 'HEAD'); await pushBranch(); return head(); },
    forcePush: async (changes) => { await commit(changes, '--amend', '-m', 'Another history'); await pushBranch('--force'); return head(); },
    deleteBranch: async () => { await run(`--git-dir=${bare}`, 'update-ref', '-d', 'refs/heads/main'); },
    pushBranch: () => pushBranch('--force'),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function isomorphicGit(directory: string, bare: string): Promise<Workplace> {
  const ref = 'refs/heads/main';
  let head = await git.resolveRef({ fs, gitdir: bare, ref });
  const read = async (oid: string): Promise<{ parent: string[]; tree: string }> => (await git.readCommit({ fs, gitdir: bare, oid })).commit;
  const point = async (oid: string): Promise<string> => { await git.writeRef({ fs, gitdir: bare, ref, value: oid, force: true }); return (head = oid); };
  const commit = async (tree: string, parent: string[], message: string): Promise<string> => {
    return point(await git.commit({ fs, gitdir: bare, tree, parent, message, author, committer: author, noUpdateBranch: true }));
  };
  const changed = async (changes: Changes): Promise<string> => {
    await git.checkout({ fs, dir: directory, gitdir: bare, ref: head, force: true, noUpdateHead: true });
    write(directory, changes);
    return writeTree(bare, directory, '');
  };
  return {
    push: async (changes, message = 'A change') => commit(await changed(changes), [head], message),
    revert: async () => commit((await read((await read(head)).parent[0]!)).tree, [head], 'Taken back'),
    forcePush: async (changes) => commit(await changed(changes), (await read(head)).parent, 'Another history'),
    deleteBranch: () => git.deleteRef({ fs, gitdir: bare, ref }),
    pushBranch: async () => { await point(head); },
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function writeTree(gitdir: string, root: string, below: string): Promise<string> {
  const entries = fs.readdirSync(join(root, below), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const tree = await Promise.all(entries.map(async (entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return { mode: '040000', path: entry.name, type: 'tree' as const, oid: await writeTree(gitdir, root, path) };
    const oid = await git.writeBlob({ fs, gitdir, blob: readFileSync(join(root, path)) });
    return { mode: fs.statSync(join(root, path)).mode & 0o100 ? '100755' : '100644', path: entry.name, type: 'blob' as const, oid };
  }));
  return git.writeTree({ fs, gitdir, tree });
}

function write(directory: string, changes: Changes): void {
  for (const [path, change] of Object.entries(changes)) {
    const file = join(directory, path);
    if (change === null) { rmSync(file); continue; }
    mkdirSync(dirname(file), { recursive: true });
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const text = typeof change === 'string' ? change : change(before);
    if (typeof change !== 'string' && text === before) throw new Error(`${path} would not change`);
    writeFileSync(file, text);
    if (/(?:^|\/)bin\//.test(path)) chmodSync(file, 0o755);
  }
}
