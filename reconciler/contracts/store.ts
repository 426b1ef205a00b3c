/**
 * What Git and the clouds cannot tell us again. Every write is fenced: it carries the epoch, and a store that has
 * seen a higher one refuses it with `StoreFenced`. Losing the whole store loses no member and removes nothing.
 */

import type { ApplicationId, MemberId, SourceName } from '../../schemas/ids.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { Launch } from '../model/launch.ts';
import type { Memory } from '../model/memory.ts';

export class StoreFenced extends Error {
  constructor(epoch: number, seen: number) {
    super(`epoch ${epoch} is over: the store has seen ${seen}`);
    this.name = 'StoreFenced';
  }
}

/** A launch that was decided: stands from before the first call to its provider until its member is gone. */
export interface Intent {
  readonly launch: Launch;
  readonly attempts: number;
  /** Its provider has said that it stands: from then on its absence means that it is gone, not that it was never started. */
  readonly started: boolean;
  readonly lastError: string | null;
  readonly nextAtMs: number;
}

export interface Store {
  /** Begins a new term, higher than every one before it and than `atLeast`. */
  beginEpoch(atLeast: number): Promise<number>;

  readMemories(): Promise<ReadonlyMap<ApplicationId, Memory>>;
  writeMemory(application: ApplicationId, memory: Memory, epoch: number): Promise<void>;
  deleteMemory(application: ApplicationId, epoch: number): Promise<void>;

  readIntents(): Promise<readonly Intent[]>;
  writeIntent(intent: Intent, epoch: number): Promise<void>;
  deleteIntent(member: MemberId, epoch: number): Promise<void>;

  /** Appends and gives the entries their sequence numbers. */
  appendJournal(entries: readonly Omit<JournalEntry, 'sequence'>[], epoch: number): Promise<readonly JournalEntry[]>;
  /** Entries after `since`, oldest first, at most `limit`. */
  readJournal(query: { since: number; application?: ApplicationId; limit: number }): Promise<readonly JournalEntry[]>;

  /** Parsed documents by content id and parser version; a cache: a miss costs a parse. */
  readParsed(key: string): Promise<string | null>;
  writeParsed(key: string, value: string): Promise<void>;

  /** What a source looked like when it was last wholly good: path → content id. */
  readLastGood(source: SourceName): Promise<LastGood | null>;
  writeLastGood(source: SourceName, lastGood: LastGood, epoch: number): Promise<void>;

  /** True the first time an id is seen within its keeping time; false for a replay. */
  recordDelivery(id: string, atMs: number): Promise<boolean>;

  close(): Promise<void>;
}

export interface LastGood {
  readonly revision: string;
  readonly paths: Readonly<Record<string, string>>;
}
