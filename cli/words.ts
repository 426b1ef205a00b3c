/** How single values read: status words with their colours, ages, commits, places. */

import type { Paint } from './terminal.ts';

const good = new Set(['Active', 'active', 'yes', 'connected', 'synced']);
const bad = new Set(['Inactive', 'terminated', 'error', 'no(unhealthy)', 'failing', 'disconnected']);
const underWay = new Set(['Created', 'Terminating', 'created', 'initialized', 'starting', 'in-maintenance', 'ready-to-shut-down', 'warning', 'no(starting)', 'no(updating)', 'no(draining)']);

/** Colours a status word; padding around it may be part of the text. */
export function paintStatus(text: string, word: string, paint: Paint): string {
  if (good.has(word)) return paint('green', text);
  if (bad.has(word)) return paint('red', text);
  return underWay.has(word) ? paint('yellow', text) : text;
}

const units = [['d', 86_400], ['h', 3_600], ['m', 60], ['s', 1]] as const;

/** How long ago, by the server's clock: `3m`, `2d`. The time itself when that clock is not known. */
export function age(at: string | null, nowMs: number | null): string {
  if (at === null) return 'never';
  const atMs = Date.parse(at);
  if (nowMs === null || Number.isNaN(atMs)) return at;
  const seconds = Math.max(0, Math.floor((nowMs - atMs) / 1000));
  const [unit, size] = units.find(([, long]) => seconds >= 2 * long) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

/** A commit's first digits; other revisions as they are. */
export function shortRevision(revision: string | null): string {
  if (revision === null) return '-';
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 7) : revision;
}

/** `file:line:column`, as far as it is known. */
export function place(of: { file: string; line: number | null; column?: number | null }): string {
  return [of.file, of.line, of.column ?? null].filter((part) => part !== null).join(':');
}

/** `1 error`, `2 errors`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Named values as `name=value`, in their order. */
export function facts(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values).map(([name, value]) => `${name}=${String(value)}`).join(' ');
}
