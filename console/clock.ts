/** The page's only clock and only source of chance. */

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Runs once after a delay, unless the returned function is called before. */
  after(delayMs: number, run: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

export const browserClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
