/** What every store must do; run over each implementation by `store.test.ts`. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationId, memberId, sourceName, tenantName } from '../../schemas/ids.ts';
import { StoreFenced, type Intent, type Store } from '../../reconciler/contracts/store.ts';
import type { JournalEntry } from '../../reconciler/model/journal.ts';
import type { Launch } from '../../reconciler/model/launch.ts';
import { emptyMemory, type Memory } from '../../reconciler/model/memory.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens it again over what was kept. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export const shop = applicationId({ tenant: tenantName('default'), name: 'shop' });
export const blog = applicationId({ tenant: tenantName('default'), name: 'blog' });
export const memoryOf = (counter: number): Memory => ({ ...emptyMemory, counter });
export const intentOf = (member: string, attempts = 0): Intent =>
  ({ launch: { member: memberId(member), slot: 3 } as Launch, attempts, started: false, lastError: null, nextAtMs: 5 });
export const entryOf = (text: string, application: JournalEntry['application'] = shop): Omit<JournalEntry, 'sequence'> =>
  ({ atMs: 1, application, type: 'decided', text, because: null, facts: { member: 'm', n: 1, yes: true } });

/** The limits that every store under test is opened with. */
export const testLimits = { journalEntries: 20, parsedBytes: 80_000, deliveryKeepMs: 1_000 };

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store contract on ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await open();
      ({ store } = under);
    });
    afterEach(() => under.dispose());

    it('begins every term higher than all before it and than what was seen elsewhere', async () => {
      const first = await store.beginEpoch(0);
      expect(await store.beginEpoch(0)).toBeGreaterThan(first);
      expect(await store.beginEpoch(40)).toBe(41);
      expect(await store.beginEpoch(7)).toBe(42);
      const many = await Promise.all([1, 2, 3].map(() => store.beginEpoch(0)));
      expect(new Set(many).size).toBe(3);
    });

    it('refuses every write of a term that is over, and lets the others of the same moment through', async () => {
      const old = await store.beginEpoch(0);
      const now = await store.beginEpoch(0);
      const results = await Promise.allSettled([
        store.writeMemory(shop, memoryOf(1), old),
        store.writeMemory(shop, memoryOf(2), now),
        store.deleteMemory(shop, old),
        store.writeIntent(intentOf('m'), old),
        store.deleteIntent(memberId('m'), old),
        store.appendJournal([entryOf('late')], old),
        store.writeLastGood(sourceName('s'), { revision: 'r', paths: {} }, old),
      ]);
      expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected']);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StoreFenced);
      expect(await store.readMemories()).toEqual(new Map([[shop, memoryOf(2)]]));
      expect(await store.readIntents()).toEqual([]);
      expect(await store.readJournal({ since: 0, limit: 10 })).toEqual([]);
      expect(await store.readLastGood(sourceName('s'))).toBeNull();
    });

    it('learns a higher term from a write', async () => {
      await store.writeMemory(shop, memoryOf(1), 9);
      await expect(store.writeMemory(shop, memoryOf(2), 8)).rejects.toBeInstanceOf(StoreFenced);
      expect(await store.beginEpoch(0)).toBe(10);
    });

    it('keeps the newest memory of each application and forgets deleted ones', async () => {
      await Promise.all([store.writeMemory(shop, memoryOf(1), 1), store.writeMemory(blog, memoryOf(5), 1), store.writeMemory(shop, memoryOf(2), 1)]);
      expect(await store.readMemories()).toEqual(new Map([[blog, memoryOf(5)], [shop, memoryOf(2)]]));
      await store.deleteMemory(blog, 1);
      await store.deleteMemory(blog, 1);
      expect([...(await store.readMemories()).keys()]).toEqual([shop]);
    });

    it('keeps one intent per member, exactly as it was written', async () => {
      await store.writeIntent(intentOf('m-1'), 1);
      await store.writeIntent(intentOf('m-2'), 1);
      await store.writeIntent(intentOf('m-1', 4), 1);
      expect(await store.readIntents()).toEqual([intentOf('m-1', 4), intentOf('m-2')]);
      await store.deleteIntent(memberId('m-1'), 1);
      expect(await store.readIntents()).toEqual([intentOf('m-2')]);
    });

    it('numbers journal entries without gaps and reads them by application, oldest first', async () => {
      const [a, b] = await Promise.all([store.appendJournal([entryOf('1'), entryOf('2', blog)], 1), store.appendJournal([entryOf('3', null)], 1)]);
      const [first = Number.NaN] = a.map((entry) => entry.sequence);
      expect([...a, ...b].map((entry) => entry.sequence)).toEqual([first, first + 1, first + 2]);
      expect(await store.readJournal({ since: first, limit: 10 })).toEqual([...a.slice(1), ...b]);
      expect(await store.readJournal({ since: 0, limit: 2 })).toEqual(a);
      expect((await store.readJournal({ since: 0, application: blog, limit: 10 })).map((entry) => entry.text)).toEqual(['2']);
      expect(await store.appendJournal([], 1)).toEqual([]);
    });

    it('keeps the newest journal entries up to its bound', async () => {
      for (let n = 0; n < 5; n += 1) await store.appendJournal(Array.from({ length: 10 }, (_, m) => entryOf(`${n * 10 + m}`)), 1);
      const entries = await store.readJournal({ since: 0, limit: 1_000 });
      expect(entries.map((entry) => entry.text)).toEqual(Array.from({ length: 20 }, (_, n) => `${30 + n}`));
    });

    it('answers parsed documents at once after they were written, and stays within its bound', async () => {
      expect(await store.readParsed('a')).toBeNull();
      await store.writeParsed('a', '{"x":1}');
      expect(await store.readParsed('a')).toBe('{"x":1}');
      for (let n = 0; n < 300; n += 1) await store.writeParsed(`k${n}`, 'x'.repeat(1_000));
      await store.recordDelivery('flushes', 0);
      let kept = 0;
      for (let n = 0; n < 300; n += 1) if ((await store.readParsed(`k${n}`)) !== null) kept += 1;
      expect(kept).toBeGreaterThan(0);
      expect(kept * 1_000).toBeLessThanOrEqual(testLimits.parsedBytes);
    });

    it('keeps what a source looked like when it was last good', async () => {
      const source = sourceName('definitions');
      expect(await store.readLastGood(source)).toBeNull();
      await store.writeLastGood(source, { revision: 'a', paths: { 'a.yaml': '1' } }, 1);
      await store.writeLastGood(source, { revision: 'b', paths: { 'b.yaml': '2' } }, 1);
      expect(await store.readLastGood(source)).toEqual({ revision: 'b', paths: { 'b.yaml': '2' } });
    });

    it('knows a delivery for its keeping time, also when it comes twice at once', async () => {
      const answers = await Promise.all([store.recordDelivery('d', 1_000), store.recordDelivery('d', 1_000), store.recordDelivery('e', 1_000)]);
      expect(answers).toEqual([true, false, true]);
      expect(await store.recordDelivery('d', 2_000)).toBe(false);
      expect(await store.recordDelivery('d', 2_001)).toBe(true);
    });

    it('keeps text as it is, whatever it holds', async () => {
      const odd = 'quotes \' " ; -- \u0000 \u{1F600} \u2028';
      await store.appendJournal([entryOf(odd)], 1);
      await store.writeParsed(odd, odd);
      expect((await store.readJournal({ since: 0, limit: 1 }))[0]?.text).toBe(odd);
      expect(await store.readParsed(odd)).toBe(odd);
    });

    it('refuses work after it was closed, and closes twice', async () => {
      const last = store.writeMemory(shop, memoryOf(1), 1);
      await store.close();
      await store.close();
      await last;
      await expect(store.writeMemory(shop, memoryOf(1), 1)).rejects.toThrow('closed');
      await expect(store.readMemories()).rejects.toThrow('closed');
    });
  });
}

/** For stores that outlive their process. */
export function durableStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  it(`has everything again after it is opened anew: ${name}`, async ({ onTestFinished }) => {
    const under = await open();
    onTestFinished(() => under.dispose());
    let { store } = under;
    const epoch = await store.beginEpoch(0);
    await store.writeMemory(shop, memoryOf(3), epoch);
    await store.writeIntent(intentOf('m'), epoch);
    await store.writeLastGood(sourceName('s'), { revision: 'r', paths: { p: 'o' } }, epoch);
    const [entry] = await store.appendJournal([entryOf('kept')], epoch);
    await store.writeParsed('key', 'value');
    await store.recordDelivery('d', 1_000);
    store = await under.reopen();
    expect(await store.readMemories()).toEqual(new Map([[shop, memoryOf(3)]]));
    expect(await store.readIntents()).toEqual([intentOf('m')]);
    expect(await store.readLastGood(sourceName('s'))).toEqual({ revision: 'r', paths: { p: 'o' } });
    expect(await store.readJournal({ since: 0, limit: 5 })).toEqual([entry]);
    expect(await store.readParsed('key')).toBe('value');
    expect(await store.recordDelivery('d', 1_001)).toBe(false);
    expect(await store.beginEpoch(0)).toBe(epoch + 1);
    expect((await store.appendJournal([entryOf('next')], epoch + 1))[0]?.sequence).toBe((entry?.sequence ?? Number.NaN) + 1);
  });
}
