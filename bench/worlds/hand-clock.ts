/** A clock that goes when it is told to. */

import type { Clock } from '../../reconciler/contracts/clock.ts';

export class HandClock implements Clock {
  #nowMs: number;
  readonly #timers = new Map<object, { readonly atMs: number; readonly run: () => void }>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs = (): number => this.#nowMs;
  monotonicMs = (): number => this.#nowMs;
  random = (): number => 0.5;

  after(delayMs: number, run: () => void): () => void {
    const key = {};
    this.#timers.set(key, { atMs: this.#nowMs + delayMs, run });
    return () => this.#timers.delete(key);
  }

  /** Runs what has become due. */
  forward(byMs: number): void {
    this.#nowMs += byMs;
    for (const [key, { atMs, run }] of this.#timers) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(key);
      run();
    }
  }
}
