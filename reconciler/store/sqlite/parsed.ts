/**
 * The cache of parsed documents: bounded in bytes; what was not used for longest goes first.
 * Use is noted to the day, so that reading does not write: a touch is due when the last one is a day old.
 */

import type { DatabaseSync } from 'node:sqlite';

const touchAfterMs = 24 * 3_600_000;
const evictAtOnce = 20;

export interface ParsedTable {
  /** The value, and whether its use should be noted. */
  get(key: string, nowMs: number): { readonly value: string; readonly touchDue: boolean } | null;
  put(values: ReadonlyMap<string, string>, nowMs: number): void;
  touch(keys: Iterable<string>, nowMs: number): void;
}

export function prepareParsed(database: DatabaseSync, bytesMax: number): ParsedTable {
  const select = database.prepare('SELECT value, used_ms FROM parsed WHERE id = ?');
  const insert = database.prepare('INSERT INTO parsed VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING');
  const note = database.prepare('UPDATE parsed SET used_ms = ?2 WHERE id = ?1');
  const evict = database.prepare('DELETE FROM parsed WHERE id IN (SELECT id FROM parsed ORDER BY used_ms LIMIT ?) RETURNING bytes');
  let bytes = Number(database.prepare('SELECT coalesce(sum(bytes), 0) AS n FROM parsed').get()?.['n']);
  return {
    get(key, nowMs) {
      const row = select.get(key);
      return row === undefined ? null : { value: String(row['value']), touchDue: nowMs - Number(row['used_ms']) > touchAfterMs };
    },
    put(values, nowMs) {
      for (const [key, value] of values) {
        const size = key.length + value.length;
        // One that would push out a good part of the others is cheaper to parse again.
        if (size > bytesMax / 8) continue;
        if (insert.run(key, nowMs, size, value).changes > 0) bytes += size;
      }
      while (bytes > bytesMax) {
        const freed = evict.all(evictAtOnce).reduce((sum, row) => sum + Number(row['bytes']), 0);
        bytes = freed === 0 ? 0 : bytes - freed;
      }
    },
    touch(keys, nowMs) {
      for (const key of keys) note.run(key, nowMs);
    },
  };
}
