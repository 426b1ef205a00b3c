/** How many members of a cartridge, or instances of a group. */

import type { Notes } from '../notes.ts';
import { whole, type Keys } from '../reader.ts';
import { said } from '../said.ts';

const counts = { from: 0, to: 10_000_000 };

/** What is missing counted as 0. A maximum below the minimum only meant that nothing was ever added. */
export function range(keys: Keys, [minKey, maxKey]: readonly [string, string], consequence: string, notes: Notes): { readonly min: unknown; readonly max: unknown } {
  const [minNode, maxNode] = [keys.at(minKey), keys.at(maxKey)];
  const min = minNode === undefined ? 0 : whole(minNode, notes, counts);
  const max = maxNode === undefined ? 0 : whole(maxNode, notes, counts);
  if (min === 0 && (max === 0 || minNode === undefined)) notes.warn(minNode ?? keys.node, 'nothing-to-run', `${JSON.stringify(minKey)} is ${minNode === undefined ? 'missing, which counts as 0' : '0'}: ${consequence}`);
  if (min !== undefined && max !== undefined && max < min) notes.warn(maxNode ?? keys.node, 'range-reversed', `${JSON.stringify(maxKey)} is ${maxNode === undefined ? 'missing' : 'below the minimum'}: the number stays at the minimum ${min}`);
  const upper = min !== undefined && max !== undefined && max < min ? min : max;
  return { min: said(minNode ?? keys.node, min), max: said(maxNode ?? keys.node, upper) };
}
