/**
 * One reader of the event stream: first what the journal holds after its last event, then what happens live.
 * Invariants: entries go out in order, none twice, none left out; what waits for a slow reader is bounded, and a reader
 * that falls behind further is cut: it comes back and resumes from the journal.
 */

import type { ApplicationId, TenantName } from '../../../schemas/ids.ts';
import type { View } from '../../contracts/view.ts';
import type { JournalEntry } from '../../model/journal.ts';
import type { Frame } from './frame.ts';

export interface Filter {
  readonly tenant: TenantName;
  readonly application: ApplicationId | null;
}

/** Whether a reader asked for the entry: its application's, or its tenant's and the platform's. */
export function concerns(entry: Pick<JournalEntry, 'application'>, filter: Filter): boolean {
  if (filter.application !== null) return entry.application === filter.application;
  return entry.application === null || entry.application.startsWith(`${filter.tenant}/`);
}

export interface ClientOptions {
  readonly journal: View['journal'];
  readonly filter: Filter;
  /** The sequence after which the reader wants everything; null: from now on. */
  readonly since: number | null;
  /** Frames that open the stream. */
  readonly first: readonly Frame[];
  readonly queueBytesMax: number;
  frameOf(entry: JournalEntry): Promise<Frame>;
  /** Breaks the connection. */
  cut(): void;
  /** Called once, when the reader has left or was sent away. */
  gone(): void;
  onError(error: unknown): void;
}

const pageLength = 100;

export class Client {
  readonly stream: ReadableStream<Frame>;
  readonly #options: ClientOptions;
  #controller: ReadableStreamDefaultController<Frame> | null = null;
  /** The sequence of the last entry that went out or was passed over. */
  #last: number;
  #replaying: boolean;
  /** Something happened while a page of the journal was on its way. */
  #behind = false;
  #open = true;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#last = options.since ?? 0;
    this.#replaying = options.since !== null;
    this.stream = new ReadableStream<Frame>({
      start: (controller) => {
        this.#controller = controller;
        for (const frame of options.first) controller.enqueue(frame);
      },
      pull: () => this.#replay(),
      cancel: () => this.#leave(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: options.queueBytesMax }));
  }

  /** An entry that has just happened, and its frame. */
  live(entry: JournalEntry, frame: Frame): void {
    if (this.#replaying) {
      this.#behind = true;
      return;
    }
    if (entry.sequence <= this.#last || !concerns(entry, this.#options.filter)) return;
    if (!this.#fits(frame)) return this.#drop();
    this.#last = entry.sequence;
    this.#send(frame);
  }

  /** A frame that is no entry: sent while the reader keeps up, else left out. */
  aside(frame: Frame): void {
    if (this.#fits(frame)) this.#send(frame);
  }

  /** Ends the stream after what is queued. */
  end(): void {
    if (!this.#open) return;
    this.#leave();
    this.#controller?.close();
  }

  async #replay(): Promise<void> {
    try {
      while (this.#open && this.#replaying && this.#room() > 0) await this.#replayPage();
    } catch (error) {
      this.#options.onError(error);
      this.#drop();
    }
  }

  async #replayPage(): Promise<void> {
    const { application } = this.#options.filter;
    this.#behind = false;
    const page = await this.#options.journal({ since: this.#last, limit: pageLength, ...(application === null ? {} : { application }) });
    for (const entry of page) {
      this.#last = Math.max(this.#last, entry.sequence);
      if (concerns(entry, this.#options.filter)) this.#send(await this.#options.frameOf(entry));
    }
    // Only a read that nothing overtook has seen the end of the journal.
    if (page.length < pageLength && !this.#behind) this.#replaying = false;
  }

  #send(frame: Frame): void {
    if (this.#open) this.#controller?.enqueue(frame);
  }

  #room(): number {
    return this.#controller?.desiredSize ?? 0;
  }

  /** A frame above the bound fits into an empty queue, else it could never go out. */
  #fits(frame: Frame): boolean {
    return frame.length <= this.#room() || this.#room() === this.#options.queueBytesMax;
  }

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#options.gone();
  }

  #drop(): void {
    if (!this.#open) return;
    this.end();
    this.#options.cut();
  }
}
