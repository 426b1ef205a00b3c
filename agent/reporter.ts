/**
 * Sends reports: at once when something has changed, and from time to time when nothing has. One at a time; a report
 * that did not get through is not kept, for the next one says everything again.
 */

import type { Clock } from './clock.ts';
import type { Report } from '../schemas/messages/report.ts';

export interface ReporterWays {
  readonly clock: Clock;
  readonly everyMs: number;
  /** `hello`: this process has not been heard yet. */
  compose(hello: boolean): Promise<Report>;
  /** Rejects when the report did not get through. */
  send(report: Report): Promise<void>;
  onTrouble(error: unknown): void;
}

/** Changes within this time share a report. */
const gatherMs = 20;

export class Reporter {
  readonly #ways: ReporterWays;
  #heard = false;
  #sending: Promise<void> | null = null;
  #again = false;
  #cancel: () => void = () => undefined;
  #ended = false;

  constructor(ways: ReporterWays) {
    this.#ways = ways;
  }

  /** Something has changed, or has been asked for. */
  changed(): void {
    if (this.#ended) return;
    if (this.#sending !== null) this.#again = true;
    else this.#schedule(gatherMs);
  }

  /** Sends one last report, and none after it. Resolves when it got through or `limitMs` is over. */
  async last(limitMs: number): Promise<void> {
    this.#ended = true;
    this.#cancel();
    await this.#sending;
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#ways.clock.after(limitMs, resolve);
    });
    await Promise.race([this.#send(), late]);
    cancel();
  }

  #schedule(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#ways.clock.after(delayMs, () => {
      this.#sending = this.#send().finally(() => {
        this.#sending = null;
        if (this.#ended) return;
        this.#schedule(this.#again ? gatherMs : this.#ways.everyMs);
        this.#again = false;
      });
    });
  }

  async #send(): Promise<void> {
    try {
      await this.#ways.send(await this.#ways.compose(!this.#heard));
      this.#heard = true;
    } catch (error) {
      this.#ways.onTrouble(error);
    }
  }
}
