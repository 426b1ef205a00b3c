/** Two numbers that only rise: the highest term seen, and the last sequence number of the journal. */

import type { DatabaseSync } from 'node:sqlite';
import { StoreFenced } from '../../contracts/store.ts';

export interface Counters {
  read(name: 'epoch' | 'sequence'): number;
  /** Sets a counter unless it is higher already. */
  raise(name: 'epoch' | 'sequence', value: number): void;
  /** @throws StoreFenced when a later term has begun; otherwise the term is remembered. */
  fence(epoch: number): void;
}

export function prepareCounters(database: DatabaseSync): Counters {
  const select = database.prepare('SELECT value FROM counter WHERE name = ?');
  const update = database.prepare('UPDATE counter SET value = ?2 WHERE name = ?1 AND value < ?2');
  const read = (name: string): number => Number(select.get(name)?.['value'] ?? 0);
  const raise = (name: string, value: number): void => void update.run(name, value);
  return {
    read,
    raise,
    fence(epoch) {
      const seen = read('epoch');
      if (epoch < seen) throw new StoreFenced(epoch, seen);
      if (epoch > seen) raise('epoch', epoch);
    },
  };
}
