/** Local images: folders by name. An image that no root has is reported with the nearest name. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type ImageAnswer = { readonly directory: string } | { readonly problem: string };

/** The folder of an image, the first root that has it; or why there is none, for people. */
export function findImage(roots: readonly string[], name: string | null): ImageAnswer {
  if (name === null) return { problem: 'the cartridge names no image for this provider' };
  const images = new Map(roots.toReversed().flatMap((root) => foldersIn(root).map((folder) => [folder, join(root, folder)] as const)));
  const directory = images.get(name);
  if (directory !== undefined) return { directory };
  const nearest = nearestOf(name, [...images.keys()]);
  const hint = nearest === null ? `known are: ${[...images.keys()].toSorted().join(', ') || 'none'}` : `did you mean ${nearest}?`;
  return { problem: `there is no image ${JSON.stringify(name.slice(0, 100))} in ${roots.join(', ')}; ${hint}` };
}

function foldersIn(root: string): readonly string[] {
  try {
    return readdirSync(root).filter((name) => !name.startsWith('.') && statSync(join(root, name)).isDirectory());
  } catch {
    return [];
  }
}

/** The name that is a few letters away; null when none is. */
function nearestOf(name: string, names: readonly string[]): string | null {
  const rated = names.map((candidate) => ({ candidate, distance: distanceBetween(name, candidate) }));
  const best = rated.reduce((a, b) => (b.distance < a.distance ? b : a), { candidate: '', distance: Infinity });
  return best.distance <= Math.max(2, name.length / 3) ? best.candidate : null;
}

/** Letters to change, add or drop (Levenshtein). */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
