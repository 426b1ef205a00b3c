/** Careful reading of payloads: own members only, no assumption about any shape, nothing long, nothing odd let through. */

/** What stands at a path of keys; undefined when the payload has another shape. */
export function valueAt(payload: unknown, ...path: readonly string[]): unknown {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function listAt(payload: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(payload, ...path);
  return Array.isArray(value) ? value : [];
}

const controls = /[\u0000-\u0020\u007f-\u009f]/;
const urlLengthMax = 2048;
const referenceLengthMax = 255;

/** The first of some values that can be the URL of a repository, without any login in it. */
export function repositoryUrl(...candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    if (typeof candidate !== 'string' || candidate.length > urlLengthMax || controls.test(candidate)) continue;
    // git@host:path, as SSH remotes are often written.
    if (/^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^\s:]+$/.test(candidate)) return candidate;
    const url = URL.parse(candidate);
    if (url === null || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) || url.hostname === '') continue;
    url.password = '';
    if (url.protocol !== 'ssh:') url.username = '';
    return url.href;
  }
  return null;
}

/** A full reference, or null. */
export function reference(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > referenceLengthMax || controls.test(value)) return null;
  return /^refs\/[^/-]+\/.+$/.test(value) ? value : null;
}

/** The one reference that all values agree on. */
export function soleReference(values: readonly unknown[]): string | null {
  const references = new Set(values.map(reference));
  return references.size === 1 ? ([...references][0] ?? null) : null;
}
