/** Whether a delivery proves that its sender knows a secret. Takes the same time whatever is given. */

import { createHmac, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Proof } from './forge.ts';

/** Stands in where there is no secret, so that a refusal costs the same. */
const nobodysSecret = randomBytes(32).toString('hex');

/**
 * @param secrets any of them will do, so that a secret can be replaced without a gap. Empty ones count as none.
 * @param body the bytes as received, before anything is parsed.
 */
export function proves(proof: Proof, body: Uint8Array, secrets: readonly string[]): boolean {
  const usable = secrets.filter((secret) => secret !== '');
  let proven = false;
  for (const secret of usable.length > 0 ? usable : [nobodysSecret]) {
    const expected = proof.kind === 'token' ? secret : createHmac('sha256', secret).update(body).digest('hex');
    const given = proof.kind === 'token' ? proof.token : proof.hex.toLowerCase();
    // Every secret is tried: which one matched, and whether an early one did, does not show.
    proven = sameText(expected, given) || proven;
  }
  return proven && usable.length > 0;
}

/** Compares digests: neither the content nor the length shows in the time. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** One digest for a proof and its body: what a repeated delivery is known by. */
export function deliveryDigest(proof: Proof, body: Uint8Array): string {
  return createHash('sha256').update(proof.kind === 'token' ? proof.token : proof.hex.toLowerCase()).update('\0').update(body).digest('hex');
}
