/** Speaking to one remote with the system's git: every call is checked, pinned to the checked addresses, and timed. */

import { objectId, type ObjectId } from '../../../schemas/ids.ts';
import { GitFailure, type GitCredential, type GitRemote } from '../../contracts/git.ts';
import { resolveHost, type RemotePolicy } from '../address.ts';
import { basicAuthorization, createBoundedHttp } from '../http.ts';
import { isReferenceName } from '../reference.ts';
import { credentialFor, parseRemoteUrl, shownUrl, type RemoteUrl } from '../url.ts';
import type { NativeGit } from './detect.ts';
import { remoteEnvironment } from './environment.ts';
import { failureOf } from './failure.ts';
import { runGit, type GitRun } from './run.ts';

export interface RemoteListing {
  readonly references: ReadonlyMap<string, ObjectId>;
  /** The branch that `HEAD` stands for. */
  readonly head: string | null;
}

export interface NativeRemote {
  readonly url: RemoteUrl;
  list(): Promise<RemoteListing>;
  /** Runs a git command that speaks to this remote. The exit code is the caller's. */
  run(args: readonly string[], limits: { readonly stdoutBytesMax: number; readonly fileBytesMax?: number }): Promise<GitRun>;
  failure(run: GitRun): Error;
}

const listingBytesMax = 64 * 1024 * 1024;

/** @throws GitFailure `refused`, `unreachable` before anything is sent. */
export async function reachRemote(git: NativeGit, remote: GitRemote, policy: RemotePolicy): Promise<NativeRemote> {
  const url = parseRemoteUrl(remote.url);
  const credential: GitCredential | null = credentialFor(url, remote.credential);
  const environment = remoteEnvironment(git, url, { credential, addresses: await resolveHost(url.host, policy) });

  const reached: NativeRemote = {
    url,
    run: (args, limits) => runGit(git, args, { environment, timeoutMs: remote.limits.fetchTimeoutMs, ...limits }),
    failure: (run) => failureOf(run.stderr, shownUrl(url), credential),
    async list() {
      const run = await reached.run(['ls-remote', '--quiet', '--symref', '--end-of-options', url.href], { stdoutBytesMax: listingBytesMax });
      if (run.code !== 0) throw reached.failure(run);
      const listing = parseListing(run.stdout.toString('utf8'));
      if (listing.references.size === 0 && url.scheme !== 'ssh') await confirmGitServer(url, credential, remote, policy);
      return listing;
    },
  };
  return reached;
}

/** Git takes a web page for a repository without references; before we believe that all is gone, the server must say that it speaks Git. */
async function confirmGitServer(url: RemoteUrl, credential: GitCredential | null, remote: GitRemote, policy: RemotePolicy): Promise<void> {
  const http = createBoundedHttp(policy, { responseBytesMax: listingBytesMax, timeoutMs: remote.limits.fetchTimeoutMs });
  try {
    const { headers = {} } = await http.request({
      url: `${url.href}/info/refs?service=git-upload-pack`, headers: credential ? { authorization: basicAuthorization(credential) } : {},
    });
    if (headers['content-type'] === 'application/x-git-upload-pack-advertisement') return;
    throw new GitFailure('unreachable', 'the server does not answer as a Git server');
  } finally {
    http.close();
  }
}

function parseListing(text: string): RemoteListing {
  const references = new Map<string, ObjectId>();
  let head: string | null = null;
  for (const line of text.split('\n')) {
    const [value = '', name = ''] = line.split('\t');
    if (!isReferenceName(name.replace(/\^\{\}$/, ''))) continue;
    if (value.startsWith('ref: ')) head = name === 'HEAD' ? value.slice('ref: '.length) : head;
    else references.set(name, objectId(value));
  }
  return { references, head };
}
