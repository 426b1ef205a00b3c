/** Whose repositories a tenant may read, and with which of its secrets. */

import { posix } from 'node:path';
import type { TenantName } from '../../schemas/ids.ts';
import { GitFailure, type GitCredential } from '../contracts/git.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import { credentialFor, parseRemoteUrl } from '../git/url.ts';
import { isLocalUrl } from './location.ts';

export interface Access {
  /** Whether the URL stands below one of the prefixes from which the tenant may take artifacts. */
  mayRead(tenant: TenantName, url: string): boolean;
  /** The tenant's secret as a login for the URL; null when the tenant has none of that name, or not for that URL. */
  credential(tenant: TenantName, secret: string, url: string): GitCredential | null;
}

/**
 * Whether a repository stands at or below a prefix, at a path boundary: of one scheme, host and port, or both below the
 * platform's own repositories. What is no usable URL stands below nothing.
 */
export function isBelowPrefix(url: string, prefix: string): boolean {
  if (isLocalUrl(url) !== isLocalUrl(prefix)) return false;
  try {
    if (!isLocalUrl(url)) return credentialFor(parseRemoteUrl(url), { urlPrefix: prefix }) !== null;
    const [path, folder] = [url, prefix].map((one) => posix.normalize(`/${one}/`));
    return !url.split('/').includes('..') && path !== undefined && folder !== undefined && path.startsWith(folder);
  } catch (error) {
    if (error instanceof GitFailure) return false;
    throw error;
  }
}

/** The login for an artifact's repository; null when it names no secret. @throws GitFailure `denied` when the secret it names cannot be had. */
export function credentialOf(artifact: DesiredArtifact, access: Access): GitCredential | null {
  if (artifact.secret === null) return null;
  const credential = access.credential(artifact.tenant, artifact.secret, artifact.url);
  if (credential === null || credentialFor(parseRemoteUrl(artifact.url), credential) === null) {
    throw new GitFailure('denied', `tenant ${artifact.tenant} has no secret ${JSON.stringify(artifact.secret)} for this repository`);
  }
  return credential;
}
