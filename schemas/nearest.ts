/** "Did you mean": the nearest of some names by edit distance, transpositions counting once. */

/** The nearest candidate, or null when none is near enough to be what was meant. */
export function nearest(wanted: string, candidates: Iterable<string>): string | null {
  // Of two letters, one changed is another name.
  const allowed = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (candidate === wanted || Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = sameBut(wanted, candidate) ? 0.5 : editDistance(wanted, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(wanted: string, candidates: Iterable<string>): string {
  const found = nearest(wanted, candidates);
  return found === null ? '' : `; did you mean ${JSON.stringify(found)}?`;
}

function sameBut(a: string, b: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  return bare(a) === bare(b);
}

/** Insertions, deletions, substitutions and transpositions of neighbours; texts above 100 characters count as far. */
export function editDistance(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + (same ? 0 : 1));
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) cost = Math.min(cost, (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1);
      current.push(cost);
    }
    [before, above] = [above, current];
  }
  return above[b.length] ?? 0;
}
