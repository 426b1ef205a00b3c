/** Launch settings, kept as long as the documents they come from: thousands of applications share a few cartridges and places. */

import type { LaunchResult } from './launch.ts';

export interface LaunchMemo {
  /** @param documents parsed documents, which are the same objects as long as nothing in them changed. */
  get(documents: readonly [object, object, object], key: string, compute: () => LaunchResult): LaunchResult;
}

type Leaf = Map<string, LaunchResult>;

export function createLaunchMemo(): LaunchMemo {
  const root = new WeakMap<object, WeakMap<object, WeakMap<object, Leaf>>>();
  return {
    get([first, second, third], key, compute) {
      const leaf = childOf(childOf(childOf(root, first, () => new WeakMap<object, WeakMap<object, Leaf>>()), second, () => new WeakMap<object, Leaf>()), third, (): Leaf => new Map());
      const known = leaf.get(key);
      if (known !== undefined) return known;
      const result = compute();
      leaf.set(key, result);
      return result;
    },
  };
}

function childOf<V>(map: WeakMap<object, V>, key: object, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = create();
  map.set(key, made);
  return made;
}
