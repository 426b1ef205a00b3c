/** How long to wait before the next attempt to connect. */

const firstMs = 1_000;
const maxMs = 30_000;

/**
 * Doubles with each attempt up to 30 s. The upper half is chance, so that many pages do not come back at once.
 * @param attempt from 1.
 * @param chance from 0 to below 1.
 */
export function backOffMs(attempt: number, chance: number): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * chance);
}
