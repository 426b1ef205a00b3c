/**
 * An agent's outbox of one: only the newest report matters, so a newer one takes the place of one that waits.
 * At most one report is being sent and at most one waits; nothing else is kept, however long the broker is away.
 */

export class NewestOutbox {
  readonly #send: (message: Uint8Array) => Promise<void>;
  readonly #retryMs: number;
  #waiting: Uint8Array | null = null;
  #pumping: Promise<void> | null = null;
  #retry: NodeJS.Timeout | undefined;
  #connected = false;
  #closed = false;

  /**
   * `send` resolves when the broker has the message. After a rejection the newest is sent again: in `retryMs`
   * milliseconds (0: not by time), on the next connection, or with the next message.
   */
  constructor(send: (message: Uint8Array) => Promise<void>, retryMs: number) {
    this.#send = send;
    this.#retryMs = retryMs;
  }

  /** Takes a message. Resolves when the broker has it, when a newer one took its place, or when it waits for a better time. */
  async offer(message: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error('the link is closed');
    this.#waiting = message;
    await this.#pump();
  }

  /** Tells whether there is a connection; what waits is sent when there is. */
  setConnected(connected: boolean): void {
    this.#connected = connected;
    void this.#pump();
  }

  /** Drops what waits; resolves when nothing is being sent any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = null;
    clearTimeout(this.#retry);
    await this.#pumping;
  }

  #pump(): Promise<void> {
    if (this.#pumping === null && this.#waiting !== null && this.#connected) this.#pumping = this.#empty(this.#waiting);
    return this.#pumping ?? Promise.resolve();
  }

  /** Sends one message after the other until nothing waits; what failed waits again unless something newer does. */
  async #empty(first: Uint8Array): Promise<void> {
    let message: Uint8Array | null = first;
    try {
      while (message !== null && this.#connected) {
        this.#waiting = null;
        await this.#send(message);
        message = this.#waiting;
      }
    } catch {
      if (this.#closed) return;
      this.#waiting ??= message;
      this.#retryLater();
    } finally {
      this.#pumping = null;
    }
  }

  #retryLater(): void {
    if (this.#retryMs === 0) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#pump(), this.#retryMs);
    this.#retry.unref();
  }
}
