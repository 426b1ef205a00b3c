/**
 * URLs of bundles that are good for one member until one moment. The key never leaves the reconciler; what is signed
 * is exactly what is asked for: digest, member, expiry.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { digest as parseDigest, memberId, type Digest, type MemberId } from '../../schemas/ids.ts';

export interface BundleGrant {
  readonly digest: Digest;
  readonly member: MemberId;
  /** Milliseconds since 1970; a whole number. */
  readonly expiresAtMs: number;
}

/** The URL below the agents' listener: `/bundles/<hex>?member=…&expires=…&signature=…`. */
export function signBundleUrl(grant: BundleGrant, key: Uint8Array): string {
  const query = new URLSearchParams({
    member: grant.member, expires: String(grant.expiresAtMs), signature: signatureOf(grant, key).toString('utf8'),
  });
  return `/bundles/${grant.digest.slice('sha256:'.length)}?${query.toString()}`;
}

/** Whether the parts of a bundle URL, as they were received, were signed with this key and are still good. */
export function verifyBundleUrl(
  of: { readonly digest: Digest; readonly member: MemberId; readonly expires: string; readonly signature: string },
  key: Uint8Array, nowMs: number,
): boolean {
  if (!/^[1-9][0-9]{0,15}$/.test(of.expires)) return false;
  const expiresAtMs = Number(of.expires);
  const expected = signatureOf({ digest: of.digest, member: of.member, expiresAtMs }, key);
  const received = Buffer.from(of.signature, 'utf8');
  const genuine = received.length === expected.length && timingSafeEqual(received, expected);
  return genuine && nowMs < expiresAtMs;
}

/** The parts of a bundle URL, absolute or relative, unverified; null when it is none. */
export function parseBundleUrl(url: string): { readonly digest: Digest; readonly member: MemberId; readonly expires: string; readonly signature: string } | null {
  if (!URL.canParse(url, 'http://agents.invalid')) return null;
  const { pathname, searchParams } = new URL(url, 'http://agents.invalid');
  const hex = /^\/bundles\/([0-9a-f]{64})$/.exec(pathname)?.[1];
  const [member, expires, signature] = ['member', 'expires', 'signature'].map((name) => searchParams.get(name));
  if (hex === undefined || !member || !expires || !signature) return null;
  return { digest: parseDigest(`sha256:${hex}`), member: memberId(member), expires, signature };
}

/** base64url, as the bytes of its text: so compared, one grant has one signature. */
function signatureOf(grant: BundleGrant, key: Uint8Array): Buffer {
  // The first line keeps the signature from standing for anything else that the same key may sign.
  const text = ['stratos bundle 1', grant.digest, grant.member, String(grant.expiresAtMs)].join('\n');
  return Buffer.from(createHmac('sha256', key).update(text, 'utf8').digest('base64url'), 'utf8');
}
