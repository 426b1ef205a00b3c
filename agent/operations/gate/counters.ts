/** What passes a gate, in numbers. Only what has been handed to the workload is in flight; what still waits is not. */

import type { Clock } from '../../clock.ts';

export class Counters {
  inFlight = 0;
  total = 0;
  failed = 0;
  quietSinceMs: number | null;
  readonly #clock: Clock;
  readonly #whenQuiet = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.quietSinceMs = clock.monotonicMs();
  }

  begin(): void {
    this.inFlight += 1;
    this.quietSinceMs = null;
  }

  end(): void {
    this.inFlight -= 1;
    if (this.inFlight > 0) return;
    this.quietSinceMs = this.#clock.monotonicMs();
    for (const resolve of this.#whenQuiet) resolve();
    this.#whenQuiet.clear();
  }

  /** One request or connection is over. */
  finish(failed: boolean): void {
    this.total += 1;
    if (failed) this.failed += 1;
  }

  /** Resolves when nothing is in flight, at the latest after `limitMs`. */
  quiet(limitMs: number): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#whenQuiet.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(limitMs, done);
      this.#whenQuiet.add(done);
    });
  }
}
