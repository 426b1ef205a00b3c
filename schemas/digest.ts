/** Digests of values and bytes: the same value has the same digest on every machine (RFC 8785 in spirit). */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { digest, type Digest } from './ids.ts';

/** JSON with object keys in code-unit order and `undefined` members left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  let members = '';
  // The default order is that of code units. Every pass digests what its members should be, so no list of pairs is made.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** The digest of a JSON value, independent of the order of its keys. */
export function digestOf(value: unknown): Digest {
  return digestOfBytes(utf8ToBytes(canonicalJson(value)));
}

export function digestOfBytes(bytes: Uint8Array): Digest {
  return digest(`sha256:${bytesToHex(sha256(bytes))}`);
}

/** The first `length` hex digits of a value's digest: for names that people read. */
export function shortDigestOf(value: unknown, length = 8): string {
  return digestOf(value).slice('sha256:'.length, 'sha256:'.length + length);
}
