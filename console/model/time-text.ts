/** Times for people: how long ago, and when exactly, in the reader's time zone. */

const steps: readonly (readonly [unit: string, lengthMs: number, untilMs: number])[] = [
  ['s', 1_000, 60_000], ['min', 60_000, 3_600_000], ['h', 3_600_000, 86_400_000], ['d', 86_400_000, Infinity],
];

/** `now`, `12 s ago`, `3 min ago`, `in 5 s`; empty for what is no time. */
export function agoText(nowMs: number, atMs: number): string {
  const awayMs = Math.abs(nowMs - atMs);
  if (Number.isNaN(awayMs)) return '';
  if (awayMs < 1_000) return 'now';
  const [unit, lengthMs] = steps.find(([, , untilMs]) => awayMs < untilMs) ?? steps[0]!;
  const text = `${Math.floor(awayMs / lengthMs)} ${unit}`;
  return atMs > nowMs ? `in ${text}` : `${text} ago`;
}

const absolute = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium' });

/** `2026-11-22 04:00:00 CET`; the text itself when it is no time. */
export function absoluteText(at: string): string {
  const atMs = Date.parse(at);
  return Number.isNaN(atMs) ? at : absolute.format(atMs);
}

/** `04:00:00`; the text itself when it is no time. */
export function clockText(at: string): string {
  const atMs = Date.parse(at);
  return Number.isNaN(atMs) ? at : clock.format(atMs);
}
