/**
 * All readers of the event stream. Owns one subscription to the journal and one to changes, makes each frame once, and
 * hands it to every reader. What waits to be shown is bounded: on overflow the readers are sent away and resume later.
 */

import type { Clock } from '../../contracts/clock.ts';
import type { View } from '../../contracts/view.ts';
import type { JournalEntry } from '../../model/journal.ts';
import { becausePresenter } from '../present/because.ts';
import { presentEvent } from '../present/event.ts';
import { Refusal } from '../refusal.ts';
import { Client, type Filter } from './client.ts';
import { eventFrame, pingFrame, retryFrame, type Frame } from './frame.ts';

export interface EventStreamsOptions {
  readonly view: View;
  readonly clock: Pick<Clock, 'after'>;
  readonly clientsMax: number;
  /** What may wait for one reader. */
  readonly queueBytesMax: number;
  onError(error: unknown): void;
}

const pingEveryMs = 15_000;
/** Entries that wait for their positions. */
const pendingMax = 1000;

export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #clients = new Set<Client>();
  #stopListening: (() => void) | null = null;
  #closed = false;
  #pending = 0;
  #shown: Promise<void> = Promise.resolve();

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /**
   * A stream of frames for one reader.
   * @param of `since`: the sequence after which it begins, null for now; `cut` breaks the reader's connection.
   * @throws Refusal when there are too many readers.
   */
  open(of: { filter: Filter; since: number | null; cut: () => void }): ReadableStream<Frame> {
    const { view, clientsMax, queueBytesMax } = this.#options;
    if (this.#closed || this.#clients.size >= clientsMax) {
      throw new Refusal({ status: 503, code: 'too-many-streams', detail: 'No further event stream can be served now', headers: { 'retry-after': '5' } });
    }
    const client = new Client({
      ...of, queueBytesMax,
      first: [retryFrame, this.#changeFrame()],
      journal: (query) => view.journal(query),
      frameOf: (entry) => this.#frameOf(entry),
      gone: () => this.#forget(client),
      onError: (error) => this.#options.onError(error),
    });
    this.#clients.add(client);
    this.#stopListening ??= this.#listen();
    return client.stream;
  }

  /** Ends all streams and refuses new ones. */
  close(): void {
    this.#closed = true;
    this.#endAll();
  }

  #listen(): () => void {
    const { view, clock } = this.#options;
    let cancelPing = (): void => {};
    const pingLater = (): void => {
      cancelPing = clock.after(pingEveryMs, () => {
        this.#toAll(pingFrame);
        pingLater();
      });
    };
    pingLater();
    const leaveJournal = view.onJournal((entry) => this.#show(entry));
    const leaveChanges = view.onChange(() => this.#toAll(this.#changeFrame()));
    return () => {
      cancelPing();
      leaveJournal();
      leaveChanges();
    };
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = null;
  }

  /** Makes the frame of an entry after those before it, and hands it out. */
  #show(entry: JournalEntry): void {
    if (this.#pending >= pendingMax) return this.#endAll();
    this.#pending += 1;
    this.#shown = this.#showAfter(this.#shown, entry);
  }

  async #showAfter(before: Promise<void>, entry: JournalEntry): Promise<void> {
    await before;
    try {
      const frame = await this.#frameOf(entry);
      for (const client of this.#clients) client.live(entry, frame);
    } catch (error) {
      // A reader that missed an entry must not believe that it has all of them.
      this.#options.onError(error);
      this.#endAll();
    } finally {
      this.#pending -= 1;
    }
  }

  async #frameOf(entry: JournalEntry): Promise<Frame> {
    return eventFrame({ id: entry.sequence, event: 'journal', data: await presentEvent(entry, becausePresenter(this.#options.view)) });
  }

  #changeFrame(): Frame {
    return eventFrame({ event: 'change', data: { version: this.#options.view.version() } });
  }

  #toAll(frame: Frame): void {
    for (const client of this.#clients) client.aside(frame);
  }

  #endAll(): void {
    for (const client of this.#clients) client.end();
  }
}
