/**
 * Writes of one turn of the event loop share one transaction, so that a pass over many applications waits for the disk once.
 * Invariants: a promise resolves only after its transaction is committed; a fenced write fails alone; writes commit in the order they were asked.
 */

import { StoreFenced } from '../../contracts/store.ts';
import type { Connection } from './connection.ts';
import { messageOf, saysDamaged } from './file.ts';
import type { Tables } from './tables.ts';

export interface Write<Result> {
  /** Whether something outside rests on it at once: then it has reached the disk when the promise resolves. */
  readonly durable: boolean;
  run(tables: Tables): Result;
  /** Runs after the commit. */
  committed(): void;
}

interface Pending {
  readonly durable: boolean;
  /** Runs the statements; what it returns settles the promise, after the commit. */
  run(tables: Tables): () => void;
  reject(error: unknown): void;
}

export class Writes {
  readonly #connection: Connection;
  #pending: Pending[] = [];
  #scheduled: NodeJS.Immediate | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add<Result>(write: Write<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#pending.push({ durable: write.durable, run: (tables) => runOne(write, tables, resolve, reject), reject });
      this.#scheduled ??= setImmediate(() => this.flush());
    });
  }

  /** Commits what waits. */
  flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length === 0) return;
    try {
      for (const settle of this.#commit(batch)) settle();
    } catch (error) {
      for (const write of batch) write.reject(error);
    }
  }

  #commit(batch: readonly Pending[]): readonly (() => void)[] {
    const attempt = (): readonly (() => void)[] =>
      this.#connection.transaction(batch.some((write) => write.durable), (tables) => batch.map((write) => write.run(tables)));
    try {
      return attempt();
    } catch (error) {
      if (!saysDamaged(error)) throw error;
      this.#connection.heal(messageOf(error));
      return attempt();
    }
  }
}

function runOne<Result>(write: Write<Result>, tables: Tables, resolve: (result: Result) => void, reject: (error: unknown) => void): () => void {
  try {
    const result = write.run(tables);
    return () => {
      write.committed();
      resolve(result);
    };
  } catch (error) {
    // A fence is asked before the first statement: the rest of the batch is not touched by it.
    if (error instanceof StoreFenced) return () => reject(error);
    throw error;
  }
}
