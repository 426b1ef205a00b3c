/** What is refused before a schema looks at a value: keys that mean something to the language, and collections that no kind needs. */

import type { Finding } from './parsed.ts';
import { pointerOf } from './pointer.ts';

/** Far above what any schema allows; the schema's own limit says what is allowed. */
const maxEntries = 1000;

/** @returns at most 20 findings. */
export function shapeFindings(value: unknown): Finding[] {
  const findings: Finding[] = [];
  walk(value, [], findings);
  return findings;
}

function walk(value: unknown, steps: (string | number)[], findings: Finding[]): void {
  if (typeof value !== 'object' || value === null || findings.length >= 20) return;
  // `__proto__` as a key is never data: code that copies keys would take it for something else.
  if (Object.hasOwn(value, '__proto__')) findings.push({ code: 'reserved-key', pointer: pointerOf([...steps, '__proto__']), at: 'key', message: 'the key "__proto__" may not be used' });
  const entries = Object.entries(value);
  if (entries.length > maxEntries) {
    findings.push({ code: 'too-many-values', pointer: pointerOf(steps), at: 'key', message: `found ${entries.length} entries; expected at most ${maxEntries}` });
    return;
  }
  for (const [key, inner] of entries) {
    if (typeof inner !== 'object') continue;
    steps.push(key);
    walk(inner, steps, findings);
    steps.pop();
  }
}
