/** Pages of a list: what stands after a cursor, and the cursor of the next page. */

/**
 * @param items in the order of their keys, which are unique.
 * @param after the key of the last item of the page before.
 */
export function pageByKey<Item>(items: readonly Item[], key: (item: Item) => string, of: { after: string | undefined; limit: number }): { items: readonly Item[]; next: string | null } {
  const { after, limit } = of;
  const start = after === undefined ? 0 : items.findIndex((item) => key(item) > after);
  const page = start === -1 ? [] : items.slice(start, start + limit);
  const last = page.at(-1);
  return { items: page, next: last !== undefined && start + limit < items.length ? key(last) : null };
}

/** For lists whose items have no key: the cursor is a position, which holds as long as the list does not change. */
export function pageByPosition<Item>(items: readonly Item[], of: { after: string | undefined; limit: number }): { items: readonly Item[]; next: string | null } {
  const start = /^\d{1,9}$/.test(of.after ?? '') ? Number(of.after) : 0;
  const end = start + of.limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

/** Orders by code units, the same on every machine. */
export function byKey<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
