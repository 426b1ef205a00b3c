/**
 * Results kept as long as the documents they come from: thousands of applications share a few cartridges, places and policies.
 * Invariant: a result depends on nothing but the given objects, which never change, and the key.
 */

export interface Memo {
  of<T>(objects: readonly [object, ...object[]], key: string, compute: () => T): T;
}

interface Node {
  next: WeakMap<object, Node> | null;
  results: Map<string, unknown> | null;
}

export function createMemo(): Memo {
  const root: Node = { next: null, results: null };
  return {
    of<T>(objects: readonly [object, ...object[]], key: string, compute: () => T): T {
      let node = root;
      for (const object of objects) node = childOf(node, object);
      node.results ??= new Map();
      if (node.results.has(key)) return node.results.get(key) as T;
      const result = compute();
      node.results.set(key, result);
      return result;
    },
  };
}

function childOf(node: Node, object: object): Node {
  node.next ??= new WeakMap();
  const known = node.next.get(object);
  if (known !== undefined) return known;
  const child: Node = { next: null, results: null };
  node.next.set(object, child);
  return child;
}
