import { expect, it } from 'vitest';
import { applicationId, memberId, tenantName, type ApplicationId, type MemberId } from '../../schemas/ids.ts';
import type { Intent } from '../../reconciler/contracts/store.ts';
import { Intents } from '../../reconciler/observed/intents.ts';
import { KnownMembers } from '../../reconciler/observed/known-members.ts';
import { InventoryWatch } from '../../reconciler/observed/inventory.ts';
import type { Inventory } from '../../reconciler/contracts/provider.ts';
import { providerName } from '../../schemas/ids.ts';

const acme = tenantName('acme');
const shop = applicationId({ tenant: acme, name: 'shop' });
const blog = applicationId({ tenant: acme, name: 'blog' });
const [one, other] = [memberId('one'), memberId('other')];
const local = providerName('local');

const intent = (member: MemberId, application: ApplicationId): Intent => ({ launch: { member, application } as Intent['launch'], attempts: 1, started: true, lastError: null, nextAtMs: 0 });

const list = (...members: readonly (readonly [MemberId, ApplicationId])[]): Inventory => ({
  complete: true, asOfMs: 1, failure: null,
  items: members.map(([member, application]) => ({ member, tags: { application } as Inventory['items'][number]['tags'], state: 'running', instance: '1', detail: '' })),
});

it('counts a member once while it is intended, sighted, or both', () => {
  const known = new KnownMembers();
  const [intents, inventory] = [new Intents(known), new InventoryWatch(known)];
  intents.set(one, intent(one, shop));
  intents.set(one, { ...intent(one, shop), attempts: 2 });
  inventory.take(local, list([one, shop], [other, blog]));
  inventory.take(local, list([one, shop], [other, blog]));
  expect([...known.of(shop)]).toEqual([one]);
  expect([known.countOf(shop), known.countOf(blog), known.countOfTenant(acme)]).toEqual([1, 1, 2]);
  intents.delete(one);
  expect(known.countOf(shop)).toBe(1);
  inventory.forget(one);
  expect([[...known.of(shop)], known.countOf(shop), known.countOfTenant(acme), [...known.applications()]]).toEqual([[], 0, 1, [blog]]);
});

it('keeps a member that a list lacks until it is forgotten, and forgets what it never knew', () => {
  const known = new KnownMembers();
  const inventory = new InventoryWatch(known);
  inventory.take(local, list([one, shop]));
  for (let lists = 0; lists < 3; lists += 1) inventory.take(local, list());
  expect(inventory.presence(one)).toBe('gone');
  expect([...known.of(shop)]).toEqual([one]);
  for (let times = 0; times < 2; times += 1) inventory.forget(one);
  inventory.forget(other);
  expect([known.countOf(shop), known.countOfTenant(acme), [...known.applications()]]).toEqual([0, 0, []]);
});

it('follows a member whose tags name another application', () => {
  const known = new KnownMembers();
  const inventory = new InventoryWatch(known);
  inventory.take(local, list([one, shop]));
  inventory.take(local, list([one, blog]));
  expect([[...known.of(shop)], [...known.of(blog)]]).toEqual([[], [one]]);
});

it('knows nothing any more when all intents are cleared', () => {
  const known = new KnownMembers();
  const intents = new Intents(known);
  intents.set(one, intent(one, shop)).set(other, intent(other, blog));
  intents.clear();
  expect([intents.size, known.countOfTenant(acme), [...known.applications()]]).toEqual([0, 0, []]);
});
