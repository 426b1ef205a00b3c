/** Durations, amounts of bytes and percentages as numbers. What they are given has met its schema. */

/** `1h30m` → milliseconds. */
export function durationMs(text: string): number {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1000;
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** `256Mi` → bytes. */
export function bytes(quantity: string | number): number {
  if (typeof quantity === 'number') return quantity;
  const [, digits, unit] = /^(\d+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (units[unit ?? ''] ?? Number.NaN);
}
