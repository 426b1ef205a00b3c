/**
 * The cache of parsed documents in front of its table: what was written a moment ago is answered from memory, and nobody
 * waits for the disk. Losing an entry costs a parse, so failures are remarks.
 */

import type { StoreOptions } from '../options.ts';
import { messageOf } from './file.ts';
import type { Tables } from './tables.ts';
import type { Writes } from './writes.ts';

export class ParsedCache {
  readonly #writes: Writes;
  readonly #options: Pick<StoreOptions, 'now' | 'onRemark'>;
  #values = new Map<string, string>();
  #used = new Set<string>();
  #scheduled = false;

  constructor(writes: Writes, options: Pick<StoreOptions, 'now' | 'onRemark'>) {
    this.#writes = writes;
    this.#options = options;
  }

  read(tables: Tables, key: string): string | null {
    const waiting = this.#values.get(key);
    if (waiting !== undefined) return waiting;
    try {
      const row = tables.parsed.get(key, this.#options.now());
      if (row?.touchDue === true) {
        this.#used.add(key);
        this.#schedule();
      }
      return row?.value ?? null;
    } catch {
      // The store finds out and says so when it writes; here it is a miss.
      return null;
    }
  }

  write(key: string, value: string): void {
    this.#values.set(key, value);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#writes.add({ durable: false, run: (tables) => this.#flush(tables), committed: () => this.#forget() })
      .catch((error: unknown) => {
        this.#forget();
        this.#options.onRemark({ kind: 'degraded', text: `parsed documents are not kept: ${messageOf(error)}` });
      });
  }

  #flush(tables: Tables): void {
    const nowMs = this.#options.now();
    tables.parsed.put(this.#values, nowMs);
    tables.parsed.touch(this.#used, nowMs);
  }

  #forget(): void {
    this.#scheduled = false;
    this.#values = new Map();
    this.#used = new Set();
  }
}
