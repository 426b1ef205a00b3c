/** Time and chance, handed in: the only clock stands in `reconciler/clock.ts`, the virtual one in the simulation. */
export interface Clock {
  /** Milliseconds since 1970, for what is shown and remembered. */
  nowMs(): number;
  /** Milliseconds that never step back, for durations. */
  monotonicMs(): number;
  /** In [0, 1). */
  random(): number;
  /** Runs once after a delay; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}
