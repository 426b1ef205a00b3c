import { expect, test } from 'vitest';
import { memberId, providerName } from '../../schemas/ids.ts';
import type { Inventory, InventoryItem, Provider } from '../../reconciler/contracts/provider.ts';
import { InventoryWatch } from '../../reconciler/observed/inventory.ts';

const local = providerName('local');
const one = memberId('web-0-1-aaaa');
const item = (member: typeof one, state: InventoryItem['state'] = 'running'): InventoryItem =>
  ({ member, state, instance: '1', detail: '', tags: { application: 'default/shop' } as InventoryItem['tags'] });
const list = (asOfMs: number, items: readonly InventoryItem[], complete = true): Inventory => ({ items, complete, asOfMs, failure: complete ? null : 'page 2 is missing' });

test('one complete list without it does not make a member gone, two do', () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [item(one)]));
  expect(watch.take(local, list(2, []))).toBe(false);
  expect(watch.presence(one)).toBe('running');
  expect(watch.take(local, list(3, []))).toBe(true);
  expect(watch.presence(one)).toBe('gone');
});

test('incomplete lists prove nothing by absence, however many', () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [item(one)]));
  for (let asOfMs = 2; asOfMs < 10; asOfMs += 1) watch.take(local, list(asOfMs, [], false));
  expect(watch.presence(one)).toBe('running');
});

test('a member that comes back between two lists is here', () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [item(one)]));
  watch.take(local, list(2, []));
  watch.take(local, list(3, [item(one)]));
  watch.take(local, list(4, []));
  expect(watch.presence(one)).toBe('running');
});

test('after its release one list made later suffices, one made earlier does not', () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [item(one)]));
  watch.released(one, 10);
  watch.take(local, list(9, []));
  expect(watch.presence(one)).toBe('running');
  watch.take(local, list(11, []));
  expect(watch.presence(one)).toBe('gone');
});

test('a member that was released before any list showed it is gone, and known no more once forgotten', () => {
  const watch = new InventoryWatch();
  watch.released(one, 10);
  expect(watch.presence(one)).toBe('gone');
  watch.forget(one);
  expect(watch.presence(one)).toBe('unseen');
});

test('what no application has a name for is a remainder, not a member', () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [{ ...item(one, 'failed'), tags: { application: '' } as InventoryItem['tags'] }]));
  expect([watch.remainders(local), watch.presence(one), watch.items()]).toEqual([[one], 'unseen', []]);
});

test('what an earlier process had started is gone when two complete lists lack it, not asked for again', () => {
  const watch = new InventoryWatch();
  watch.expect(one, local);
  watch.take(local, list(1, []));
  expect(watch.presence(one)).toBe('running');
  expect(watch.take(local, list(2, []))).toBe(true);
  expect(watch.presence(one)).toBe('gone');
  watch.forget(one);
  expect(watch.presence(one)).toBe('unseen');
});

test("one provider's lists say nothing of another's members", () => {
  const watch = new InventoryWatch();
  watch.take(local, list(1, [item(one)]));
  watch.take(providerName('ec2'), list(2, []));
  watch.take(providerName('ec2'), list(3, []));
  expect(watch.presence(one)).toBe('running');
});

test('a refresh that is asked for while a list runs sees a newer list', async () => {
  const watch = new InventoryWatch();
  let lists = 0;
  const gates: (() => void)[] = [];
  const provider = { name: local, list: async () => { lists += 1; await new Promise<void>((resolve) => gates.push(resolve)); return list(lists, lists === 1 ? [] : [item(one)]); } } as unknown as Provider;
  const first = watch.refresh(provider);
  const second = watch.refresh(provider);
  const third = watch.refresh(provider);
  gates.shift()!();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  gates.shift()!();
  await Promise.all([second, third]);
  expect([lists, watch.presence(one)]).toEqual([2, 'running']);
});
