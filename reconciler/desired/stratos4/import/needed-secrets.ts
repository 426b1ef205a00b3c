/** The secrets that native documents name, and what each has to hold. */

import type { NativeDocument } from '../../../../schemas/kinds/documents.ts';

export interface NeededSecret {
  readonly name: string;
  /** The repository that it opens; null when it is a single value. */
  readonly repository: string | null;
  /** Files that name it. */
  readonly usedIn: readonly string[];
}

/** By name. */
export function neededSecrets(documents: readonly { readonly document: NativeDocument; readonly path: string }[]): readonly NeededSecret[] {
  const found = new Map<string, { repository: string | null; usedIn: Set<string> }>();
  for (const { document, path } of documents) {
    for (const { name, repository } of secretsIn(document.spec)) {
      const known = found.get(name) ?? { repository, usedIn: new Set<string>() };
      known.usedIn.add(path);
      found.set(name, known);
    }
  }
  return [...found].map(([name, { repository, usedIn }]) => ({ name, repository, usedIn: [...usedIn] })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function secretsIn(value: unknown): { name: string; repository: string | null }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { secret, url } = value as { readonly secret?: unknown; readonly url?: unknown };
  const own = typeof secret === 'string' ? [{ name: secret, repository: typeof url === 'string' ? url : null }] : [];
  return [...own, ...Object.values(value).flatMap(secretsIn)];
}
