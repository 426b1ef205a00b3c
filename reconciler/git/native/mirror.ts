/**
 * A bare mirror of a remote: its branches and tags. What comes in stands under `refs/incoming/` until git has checked
 * that it is complete; only then do branches and tags move, so that a failed fetch changes nothing that is read.
 * Nobody else writes to a mirror: a lock that is found is left from a run that was cut off.
 */

import { access, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GitFailure, type GitRemote } from '../../contracts/git.ts';
import type { RemotePolicy } from '../address.ts';
import { isMirrored } from '../reference.ts';
import type { NativeGit } from './detect.ts';
import { housekeepingEnvironment, localEnvironment } from './environment.ts';
import { reachRemote, type NativeRemote, type RemoteListing } from './remote.ts';
import { runGit, type GitRun } from './run.ts';

const packBytesMax = 8 * 1024 ** 3;
const localTimeoutMs = 120_000;
const incoming = 'refs/incoming/';

export async function mirrorNatively(git: NativeGit, path: string, remote: GitRemote, policy: RemotePolicy): Promise<void> {
  const gitDirectory = resolve(path);
  const reached = await reachRemote(git, remote, policy);
  const listing = await reached.list();
  const local = createLocal(git, gitDirectory);
  await initialise(local, gitDirectory, listing);
  const hasReferences = [...listing.references.keys()].some(isMirrored);
  if (hasReferences) await fetchIncoming(reached, gitDirectory);
  await publish(local, hasReferences);
  if (listing.head !== null && isMirrored(listing.head)) await local(['symbolic-ref', 'HEAD', listing.head]);
  // Repacking is worth nothing to this caller: its failure is no failure of the mirror.
  await runGit(git, [`--git-dir=${gitDirectory}`, 'gc', '--auto', '--quiet'], {
    environment: housekeepingEnvironment(git), timeoutMs: localTimeoutMs, stdoutBytesMax: 64 * 1024,
  }).catch(() => {});
}

type Local = (args: readonly string[], input?: string, mayUnlock?: boolean) => Promise<string>;

function createLocal(git: NativeGit, gitDirectory: string): Local {
  return async function local(args, input = '', mayUnlock = true) {
    const run = await runGit(git, [`--git-dir=${gitDirectory}`, ...args], {
      environment: localEnvironment(git), timeoutMs: localTimeoutMs, stdoutBytesMax: 64 * 1024 * 1024, input,
    });
    if (run.code === 0) return run.stdout.toString('utf8');
    if (mayUnlock && await removeLeftLock(run, gitDirectory)) return local(args, input, false);
    throw new GitFailure('corrupt', `git ${args[0] ?? ''} failed in the mirror: ${run.stderr.trim().slice(0, 200)}`);
  };
}

async function initialise(local: Local, gitDirectory: string, listing: RemoteListing): Promise<void> {
  const wanted = [...listing.references.values()][0]?.length === 64 ? 'sha256' : 'sha1';
  try {
    await access(join(gitDirectory, 'HEAD'));
  } catch {
    await mkdir(gitDirectory, { recursive: true });
    await local(['init', '--quiet', '--bare', '--template=', `--object-format=${wanted}`]);
    return;
  }
  const actual = (await local(['rev-parse', '--show-object-format'])).trim();
  if (listing.references.size > 0 && actual !== wanted) {
    throw new GitFailure('refused', `the mirror holds ${actual} objects and the remote now has ${wanted} ones; remove the mirror to start anew`);
  }
}

async function fetchIncoming(reached: NativeRemote, gitDirectory: string, mayUnlock = true): Promise<void> {
  const specs = ['heads', 'tags'].map((kind) => `+refs/${kind}/*:${incoming}${kind}/*`);
  const run = await reached.run([
    `--git-dir=${gitDirectory}`, 'fetch', '--quiet', '--no-tags', '--prune', '--no-write-fetch-head', '--no-recurse-submodules',
    '--end-of-options', reached.url.href, ...specs,
  ], { stdoutBytesMax: 64 * 1024, fileBytesMax: packBytesMax });
  if (run.code === 0) return;
  if (mayUnlock && await removeLeftLock(run, gitDirectory)) return fetchIncoming(reached, gitDirectory, false);
  throw reached.failure(run);
}

/** Moves branches and tags to what has come in. Removals go first: `a` makes room for `a/b`. */
async function publish(local: Local, hasReferences: boolean): Promise<void> {
  const lines = (await local(['for-each-ref', '--format=%(objectname) %(refname)'])).split('\n').filter((line) => line !== '');
  const all = new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
  const wanted = new Map<string, string>();
  for (const [name, id] of all) {
    if (hasReferences && name.startsWith(incoming)) wanted.set(`refs/${name.slice(incoming.length)}`, id);
  }
  const removals = [...all.keys()].filter((name) => isMirrored(name) && !wanted.has(name));
  const updates = [...wanted].filter(([name, id]) => all.get(name) !== id);
  if (removals.length > 0) await local(['update-ref', '--stdin'], removals.map((name) => `delete ${name}\n`).join(''));
  if (updates.length > 0) await local(['update-ref', '--stdin'], updates.map(([name, id]) => `update ${name} ${id}\n`).join(''));
}

/** Whether the run failed at a lock within the mirror, which is now gone, so that it may be tried once more. */
async function removeLeftLock(run: GitRun, gitDirectory: string): Promise<boolean> {
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(run.stderr)?.[1];
  if (lock === undefined || !resolve(gitDirectory, lock).startsWith(`${gitDirectory}/`)) return false;
  await rm(resolve(gitDirectory, lock));
  return true;
}
