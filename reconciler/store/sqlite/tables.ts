/** The prepared statements, by table. All are synchronous and mean to run within a transaction of the connection. */

import type { DatabaseSync } from 'node:sqlite';
import type { StoreLimits } from '../options.ts';
import { prepareCounters, type Counters } from './counters.ts';
import { prepareJournal, type JournalTable } from './journal.ts';
import { prepareParsed, type ParsedTable } from './parsed.ts';

export interface Tables {
  readonly counters: Counters;
  readonly memories: Documents;
  readonly intents: Documents;
  readonly lastGood: Documents;
  readonly journal: JournalTable;
  readonly parsed: ParsedTable;
  readonly deliveries: Deliveries;
}

export interface Documents {
  all(): readonly { readonly id: string; readonly document: string }[];
  get(id: string): string | null;
  put(id: string, document: string): void;
  remove(id: string): void;
}

export interface Deliveries {
  /** False when the id is known within its keeping time. */
  record(id: string, atMs: number): boolean;
}

export function prepareTables(database: DatabaseSync, limits: StoreLimits): Tables {
  const counters = prepareCounters(database);
  return {
    counters,
    memories: prepareDocuments(database, 'memory'),
    intents: prepareDocuments(database, 'intent'),
    lastGood: prepareDocuments(database, 'last_good'),
    journal: prepareJournal(database, counters, limits.journalEntries),
    parsed: prepareParsed(database, limits.parsedBytes),
    deliveries: prepareDeliveries(database, limits.deliveryKeepMs),
  };
}

function prepareDocuments(database: DatabaseSync, table: 'memory' | 'intent' | 'last_good'): Documents {
  const all = database.prepare(`SELECT id, document FROM ${table} ORDER BY id`);
  const get = database.prepare(`SELECT document FROM ${table} WHERE id = ?`);
  const put = database.prepare(`INSERT INTO ${table} VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET document = ?2`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE id = ?`);
  return {
    all: () => all.all().map((row) => ({ id: String(row['id']), document: String(row['document']) })),
    get: (id) => (get.get(id)?.['document'] ?? null) as string | null,
    put: (id, document) => void put.run(id, document),
    remove: (id) => void remove.run(id),
  };
}

function prepareDeliveries(database: DatabaseSync, keepMs: number): Deliveries {
  const forget = database.prepare('DELETE FROM delivery WHERE at_ms < ?');
  const insert = database.prepare('INSERT INTO delivery VALUES (?, ?) ON CONFLICT DO NOTHING');
  return {
    record(id, atMs) {
      forget.run(atMs - keepMs);
      return insert.run(id, atMs).changes > 0;
    },
  };
}
