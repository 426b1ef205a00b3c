/** Credentials belong to a tenant and to a URL prefix; both must fit. */

import type { TenantName } from '../../schemas/ids.ts';
import type { GitCredential } from '../contracts/git.ts';
import { credentialFor, parseRemoteUrl } from './url.ts';

export interface TenantCredential {
  /** Null: the platform's own, which no tenant may use. */
  readonly tenant: TenantName | null;
  readonly credential: GitCredential;
}

/** The credential with the longest fitting prefix among the tenant's own; null when there is none. @throws GitFailure `refused` for a malformed URL. */
export function selectCredential(of: {
  readonly url: string; readonly tenant: TenantName | null; readonly credentials: readonly TenantCredential[];
}): GitCredential | null {
  const url = parseRemoteUrl(of.url);
  const fitting = of.credentials.filter((one) => one.tenant === of.tenant && credentialFor(url, one.credential) !== null);
  fitting.sort((a, b) => b.credential.urlPrefix.length - a.credential.urlPrefix.length);
  return fitting[0]?.credential ?? null;
}
