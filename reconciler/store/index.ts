/**
 * The stores by the scheme of their URL, one per line. What a store holds and promises is `contracts/store.ts`.
 */

import type { Store } from '../contracts/store.ts';
import type { StoreLimits, StoreOptions } from './options.ts';
import { openSqliteStore } from './sqlite/store.ts';

export type { StoreOptions, StoreRemark } from './options.ts';

const defaultLimits: StoreLimits = {
  journalEntries: 100_000, parsedBytes: 128 * 1024 * 1024, deliveryKeepMs: 24 * 3_600_000, checkEveryMs: 2_000,
};

const schemes = {
  sqlite: openSqliteStore,
} as const;

/**
 * Opens the store that a URL names: `sqlite:<path>`, or `sqlite::memory:` for one that lives as long as the process.
 * @throws Error that says what the URL may be, or why the file cannot be used; it never shows a password.
 */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+]*):(.*)$/is.exec(url) ?? [];
  const open = Object.hasOwn(schemes, scheme) ? schemes[scheme as keyof typeof schemes] : undefined;
  const place = rest.replace(/^\/\/(?=\/)/, '');
  if (open === undefined || place === '' || place.startsWith('//')) {
    const shown = scheme === '' ? 'it has no scheme' : open === undefined ? `there is no store for ${scheme}:` : 'it names no path';
    throw new Error(`the store's URL cannot be used: ${shown}; write ${Object.keys(schemes).map((name) => `${name}:<path>`).join(' or ')} in STRATOS_STORE_URL`);
  }
  return open(place, { ...options, limits: { ...defaultLimits, ...options.limits } });
}
