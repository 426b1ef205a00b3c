/**
 * What must survive the loss of the file while the process lives: the counters, and references to the memories, intents
 * and last good states that callers wrote or were handed. They are immutable and held by the callers anyway.
 * Invariant: an image is taken only of what was committed or read.
 */

import type { ApplicationId, MemberId, SourceName } from '../../../schemas/ids.ts';
import type { Intent, LastGood } from '../../contracts/store.ts';
import type { Memory } from '../../model/memory.ts';
import type { Counters } from './counters.ts';
import type { Tables } from './tables.ts';

export class Images {
  readonly memories = new Map<ApplicationId, Memory>();
  readonly intents = new Map<MemberId, Intent>();
  readonly lastGood = new Map<SourceName, LastGood>();
  #epoch = 0;
  #sequence = 0;

  noteCounters(counters: Counters): void {
    this.#epoch = Math.max(this.#epoch, counters.read('epoch'));
    this.#sequence = Math.max(this.#sequence, counters.read('sequence'));
  }

  /** Writes all images; false when the file belongs to a later term, which is left as it is. */
  pourInto(tables: Tables): boolean {
    if (tables.counters.read('epoch') > this.#epoch) return false;
    tables.counters.raise('epoch', this.#epoch);
    tables.counters.raise('sequence', this.#sequence);
    for (const [id, memory] of this.memories) tables.memories.put(id, JSON.stringify(memory));
    for (const [id, intent] of this.intents) tables.intents.put(id, JSON.stringify(intent));
    for (const [id, lastGood] of this.lastGood) tables.lastGood.put(id, JSON.stringify(lastGood));
    return true;
  }
}
