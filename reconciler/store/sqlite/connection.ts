/**
 * The open database and the images of what must not be lost. When the file is deleted, replaced, truncated or damaged
 * while in use, `standing` puts it up again: whole from the open handle where that can still be read, else from the images.
 * Invariant: a file that another replica made meanwhile under a higher epoch is left as it is; then our writes are fenced.
 */

import { existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreLimits, StoreRemark } from '../options.ts';
import { footprintOf, inMemory, messageOf, openDatabase, removeLeftWriteAhead, saysDamaged, stillStands, type Footprint } from './file.ts';
import { Images } from './images.ts';
import { prepareTables, type Tables } from './tables.ts';

export class Connection {
  readonly images = new Images();
  readonly #path: string;
  readonly #limits: StoreLimits;
  readonly #onRemark: (remark: StoreRemark) => void;
  #database: DatabaseSync;
  #tables: Tables;
  #footprint: Footprint | null;
  #synchronous = '';

  constructor(path: string, limits: StoreLimits, onRemark: (remark: StoreRemark) => void) {
    this.#path = path;
    this.#limits = limits;
    this.#onRemark = onRemark;
    this.#database = openDatabase(path, onRemark);
    this.#tables = prepareTables(this.#database, limits);
    this.#footprint = footprintOf(path);
    this.images.noteCounters(this.#tables.counters);
  }

  /** The tables as they are: for a cache that would rather miss than wait for a look at the file. */
  get tables(): Tables {
    return this.#tables;
  }

  /** The tables of a database whose file stands. */
  standing(): Tables {
    if (this.#path === inMemory) return this.#tables;
    const now = footprintOf(this.#path);
    if (this.#footprint !== null && stillStands(this.#footprint, now)) this.#footprint = now;
    else this.heal('its file was removed or replaced');
    return this.#tables;
  }

  /** Runs all within one transaction. `durable`: it has reached the disk when this returns; else it may be lost with the machine, never with the process. */
  transaction<Result>(durable: boolean, run: (tables: Tables) => Result): Result {
    const tables = this.standing();
    const synchronous = durable ? 'FULL' : 'NORMAL';
    if (synchronous !== this.#synchronous) this.#database.exec(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = run(tables);
      this.#database.exec('COMMIT');
      this.images.noteCounters(tables.counters);
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Puts the store up again, and says so. */
  heal(why: string): void {
    const whole = this.#copyOut();
    this.#letGo();
    removeLeftWriteAhead(this.#path, this.#footprint);
    const placed = whole !== null && this.#place(whole);
    this.#database = openDatabase(this.#path, this.#onRemark);
    this.#synchronous = '';
    this.#tables = prepareTables(this.#database, this.#limits);
    this.#footprint = footprintOf(this.#path);
    const poured = placed ? true : this.transaction(true, (tables) => this.images.pourInto(tables));
    const kept = placed ? 'nothing was lost'
      : poured ? 'what decisions rest on was written again; journal and caches begin anew or are those of the file found there'
      : 'another replica leads with the file found there';
    this.#onRemark({ kind: 'healed', text: `the store ${this.#path} stands again (${why}): ${kept}` });
  }

  close(): void {
    this.#letGo();
  }

  /**
   * A complete copy through the open handle, when nothing stands at the path; null when there is nothing to read any more.
   * @throws Error when the copy cannot be written: the handle stays open, so that nothing is lost and a later try can succeed.
   */
  #copyOut(): string | null {
    if (existsSync(this.#path)) return null;
    const copy = `${this.#path}.copy-${process.pid}`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      rmSync(copy, { force: true });
      this.#database.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`);
      return copy;
    } catch (error) {
      if (saysDamaged(error) || !this.#database.isOpen) return null;
      throw new Error(`the store ${this.#path} was removed and cannot be put up again: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Gives the copy its name unless another process was faster. */
  #place(copy: string): boolean {
    try {
      linkSync(copy, this.#path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // A file system without hard links.
      renameSync(copy, this.#path);
      return true;
    } finally {
      rmSync(copy, { force: true });
    }
  }

  #letGo(): void {
    if (!this.#database.isOpen) return;
    try {
      this.#database.close();
    } catch (error) {
      this.#onRemark({ kind: 'degraded', text: `closing the store ${this.#path}: ${messageOf(error)}` });
    }
  }
}
