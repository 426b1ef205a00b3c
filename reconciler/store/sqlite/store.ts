/**
 * The embedded store: one SQLite file in WAL mode. Epochs, memories, intents and last good states are synced to the disk
 * before their promise resolves (`synchronous = FULL`), because actions outside rest on them; journal, cache and deliveries
 * are not (`NORMAL`): they survive the process, and with the machine only their last moments may go.
 */

import type { ApplicationId, MemberId, SourceName } from '../../../schemas/ids.ts';
import type { Intent, LastGood, Store } from '../../contracts/store.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Memory } from '../../model/memory.ts';
import type { StoreLimits, StoreOptions } from '../options.ts';
import { Connection } from './connection.ts';
import { messageOf, saysDamaged } from './file.ts';
import { ParsedCache } from './parsed-cache.ts';
import type { Documents, Tables } from './tables.ts';
import { Writes } from './writes.ts';

type Options = StoreOptions & { readonly limits: StoreLimits };

/** Opens the store in a file, or in memory for `:memory:`. @throws Error when the file cannot be used. */
export async function openSqliteStore(path: string, options: Options): Promise<Store> {
  return new SqliteStore(path, options);
}

class SqliteStore implements Store {
  readonly #connection: Connection;
  readonly #writes: Writes;
  readonly #parsed: ParsedCache;
  readonly #onRemark: StoreOptions['onRemark'];
  readonly #check: NodeJS.Timeout;
  #closed = false;
  #lastTrouble = '';

  constructor(path: string, options: Options) {
    this.#connection = new Connection(path, options.limits, options.onRemark);
    this.#writes = new Writes(this.#connection);
    this.#onRemark = options.onRemark;
    this.#parsed = new ParsedCache(this.#writes, { now: options.now, onRemark: options.onRemark });
    this.#check = setInterval(() => this.#lookAfterFile(), options.limits.checkEveryMs).unref();
  }

  beginEpoch(atLeast: number): Promise<number> {
    return this.#write((tables) => {
      const epoch = Math.max(tables.counters.read('epoch'), atLeast) + 1;
      tables.counters.raise('epoch', epoch);
      return epoch;
    });
  }

  async readMemories(): Promise<ReadonlyMap<ApplicationId, Memory>> {
    const memories = this.#documents<ApplicationId, Memory>((tables) => tables.memories, 'memory');
    for (const [id, memory] of memories) this.#connection.images.memories.set(id, memory);
    return memories;
  }

  writeMemory(application: ApplicationId, memory: Memory, epoch: number): Promise<void> {
    const document = JSON.stringify(memory);
    return this.#fenced(epoch, (tables) => tables.memories.put(application, document), () => this.#connection.images.memories.set(application, memory));
  }

  deleteMemory(application: ApplicationId, epoch: number): Promise<void> {
    return this.#fenced(epoch, (tables) => tables.memories.remove(application), () => this.#connection.images.memories.delete(application));
  }

  async readIntents(): Promise<readonly Intent[]> {
    const intents = this.#documents<MemberId, Intent>((tables) => tables.intents, 'intent');
    for (const [id, intent] of intents) this.#connection.images.intents.set(id, intent);
    return [...intents.values()];
  }

  writeIntent(intent: Intent, epoch: number): Promise<void> {
    const { member } = intent.launch;
    const document = JSON.stringify(intent);
    return this.#fenced(epoch, (tables) => tables.intents.put(member, document), () => this.#connection.images.intents.set(member, intent));
  }

  deleteIntent(member: MemberId, epoch: number): Promise<void> {
    return this.#fenced(epoch, (tables) => tables.intents.remove(member), () => this.#connection.images.intents.delete(member));
  }

  appendJournal(entries: readonly Omit<JournalEntry, 'sequence'>[], epoch: number): Promise<readonly JournalEntry[]> {
    return this.#write((tables) => {
      tables.counters.fence(epoch);
      return tables.journal.append(entries);
    }, { durable: false });
  }

  async readJournal(query: { since: number; application?: ApplicationId; limit: number }): Promise<readonly JournalEntry[]> {
    return this.#read((tables) => tables.journal.read(query));
  }

  async readParsed(key: string): Promise<string | null> {
    return this.#closed ? null : this.#parsed.read(this.#connection.tables, key);
  }

  async writeParsed(key: string, value: string): Promise<void> {
    this.#parsed.write(key, value);
  }

  async readLastGood(source: SourceName): Promise<LastGood | null> {
    const document = this.#read((tables) => tables.lastGood.get(source));
    if (document === null) return null;
    const lastGood = JSON.parse(document) as LastGood;
    this.#connection.images.lastGood.set(source, lastGood);
    return lastGood;
  }

  writeLastGood(source: SourceName, lastGood: LastGood, epoch: number): Promise<void> {
    const document = JSON.stringify(lastGood);
    return this.#fenced(epoch, (tables) => tables.lastGood.put(source, document), () => this.#connection.images.lastGood.set(source, lastGood));
  }

  recordDelivery(id: string, atMs: number): Promise<boolean> {
    return this.#write((tables) => tables.deliveries.record(id, atMs), { durable: false });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#writes.flush();
    this.#closed = true;
    clearInterval(this.#check);
    this.#connection.close();
  }

  #write<Result>(run: (tables: Tables) => Result, { durable = true, committed = () => {} }: { durable?: boolean; committed?: () => void } = {}): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    return this.#writes.add({ durable, run, committed });
  }

  #fenced(epoch: number, run: (tables: Tables) => void, committed: () => void): Promise<void> {
    return this.#write((tables) => {
      tables.counters.fence(epoch);
      run(tables);
    }, { committed });
  }

  #read<Result>(run: (tables: Tables) => Result): Result {
    if (this.#closed) throw new Error('the store is closed');
    try {
      return run(this.#connection.standing());
    } catch (error) {
      if (!saysDamaged(error)) throw error;
      this.#connection.heal(messageOf(error));
      return run(this.#connection.standing());
    }
  }

  #documents<Id extends string, Document>(of: (tables: Tables) => Documents, noun: string): Map<Id, Document> {
    const documents = new Map<Id, Document>();
    for (const { id, document } of this.#read((tables) => of(tables).all())) {
      try {
        documents.set(id as Id, JSON.parse(document) as Document);
      } catch (error) {
        this.#onRemark({ kind: 'degraded', text: `the ${noun} of ${id} cannot be read and is taken as lost: ${messageOf(error)}` });
      }
    }
    return documents;
  }

  #lookAfterFile(): void {
    try {
      this.#connection.standing();
      this.#lastTrouble = '';
    } catch (error) {
      const trouble = messageOf(error);
      if (trouble !== this.#lastTrouble) this.#onRemark({ kind: 'degraded', text: `the store cannot be put up again yet: ${trouble}` });
      this.#lastTrouble = trouble;
    }
  }
}
