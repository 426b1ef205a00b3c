/** What a remote has, over smart HTTP (protocol version 0: one request lists every reference). */

import git from 'isomorphic-git';
import { objectId, type ObjectId } from '../../../schemas/ids.ts';
import { GitFailure, type GitRemote } from '../../contracts/git.ts';
import type { RemotePolicy } from '../address.ts';
import { basicAuthorization, createBoundedHttp, type BoundedHttp } from '../http.ts';
import { isReferenceName } from '../reference.ts';
import { credentialFor, parseRemoteUrl, type RemoteUrl } from '../url.ts';

export interface IsomorphicRemote {
  readonly url: RemoteUrl;
  /** The credential, when there is one for this URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly http: BoundedHttp;
}

export interface RemoteListing {
  /** Tags peeled under `name^{}`. */
  readonly references: ReadonlyMap<string, ObjectId>;
  readonly head: string | null;
  readonly capabilities: ReadonlySet<string>;
}

/** All that one mirroring may receive; isomorphic-git holds a whole pack in memory. */
export const packBytesMax = 256 * 1024 * 1024;

/** The caller closes `http`. @throws GitFailure `refused`. */
export function reachRemote(remote: GitRemote, policy: RemotePolicy): IsomorphicRemote {
  const url = parseRemoteUrl(remote.url);
  if (url.scheme === 'ssh') throw new GitFailure('refused', 'SSH needs git on this machine; use an https URL or install git');
  const credential = credentialFor(url, remote.credential);
  const http = createBoundedHttp(policy, { responseBytesMax: packBytesMax, timeoutMs: remote.limits.fetchTimeoutMs });
  return { url, http, headers: credential ? { authorization: basicAuthorization(credential) } : {} };
}

/** @throws GitFailure. */
export async function listRemote(remote: IsomorphicRemote): Promise<RemoteListing> {
  const info = await git.getRemoteInfo2({
    http: remote.http, url: remote.url.href, headers: { ...remote.headers }, protocolVersion: 1,
  }).catch((cause: unknown) => {
    throw cause instanceof GitFailure ? cause : new GitFailure('unreachable', 'the server does not answer as a Git server', { cause });
  });
  const references = new Map<string, ObjectId>();
  let head: string | null = null;
  for (const { ref, oid, peeled, target } of info.refs ?? []) {
    if (!isReferenceName(ref)) continue;
    if (oid.length !== 40) throw new GitFailure('refused', 'the remote has SHA-256 objects, which need git on this machine');
    references.set(ref, objectId(oid));
    if (peeled !== undefined) references.set(`${ref}^{}`, objectId(peeled));
    if (ref === 'HEAD' && target !== undefined) head = target;
  }
  return { references, head, capabilities: new Set(Object.keys(info.capabilities)) };
}
