/**
 * Where requests wait while the workload is away. Bounded in number and in time: who finds it full or waits too long is
 * sent away, everybody else goes on in the order of arrival.
 */

import type { Clock } from '../../clock.ts';

export const waitingMax = 1000;

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #waiting = new Set<(admitted: boolean) => void>();
  #closed = false;
  #limitMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get holding(): boolean {
    return this.#closed;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** From now on requests wait, each at most `limitMs`. */
  hold(limitMs: number): void {
    this.#closed = true;
    this.#limitMs = limitMs;
  }

  /** Lets everybody go on. */
  open(): void {
    this.#closed = false;
    for (const admit of this.#waiting) admit(true);
  }

  /** True when the way is free, at once or after waiting; false when there is no room, time is up or `onLeft` calls back. */
  async admits(onLeft: (left: () => void) => void): Promise<boolean> {
    // Asked again after each wait: the gate may have been closed anew before this one got through.
    while (this.#closed) if (!await this.#wait(onLeft)) return false;
    return true;
  }

  #wait(onLeft: (left: () => void) => void): Promise<boolean> {
    if (this.#waiting.size >= waitingMax) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (admitted: boolean): void => {
        cancel();
        this.#waiting.delete(done);
        resolve(admitted);
      };
      const cancel = this.#clock.after(this.#limitMs, () => done(false));
      this.#waiting.add(done);
      onLeft(() => done(false));
    });
  }
}
