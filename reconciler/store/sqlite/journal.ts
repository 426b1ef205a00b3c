/** The journal's table: append-only, gapless sequence numbers that are never used twice, bounded by dropping the oldest. */

import type { DatabaseSync } from 'node:sqlite';
import type { ApplicationId } from '../../../schemas/ids.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Counters } from './counters.ts';

const readAtMost = 10_000;

export interface JournalTable {
  append(entries: readonly Omit<JournalEntry, 'sequence'>[]): readonly JournalEntry[];
  read(query: { since: number; application?: ApplicationId; limit: number }): readonly JournalEntry[];
}

export function prepareJournal(database: DatabaseSync, counters: Counters, keep: number): JournalTable {
  const insert = database.prepare('INSERT INTO journal VALUES (?, ?, ?)');
  const drop = database.prepare('DELETE FROM journal WHERE sequence <= ?');
  const read = database.prepare('SELECT sequence, document FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?');
  const readOf = database.prepare('SELECT sequence, document FROM journal WHERE application = ? AND sequence > ? ORDER BY sequence LIMIT ?');
  return {
    append(entries) {
      let sequence = counters.read('sequence');
      const numbered = entries.map((entry) => {
        sequence += 1;
        insert.run(sequence, entry.application, JSON.stringify(entry));
        return { ...entry, sequence };
      });
      counters.raise('sequence', sequence);
      drop.run(sequence - keep);
      return numbered;
    },
    read({ since, application, limit }) {
      const atMost = Math.max(0, Math.min(Math.trunc(limit), readAtMost));
      const rows = application === undefined ? read.all(since, atMost) : readOf.all(application, since, atMost);
      return rows.map((row) => ({ ...(JSON.parse(String(row['document'])) as Omit<JournalEntry, 'sequence'>), sequence: Number(row['sequence']) }));
    },
  };
}
