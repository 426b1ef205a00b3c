import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../reconciler/store/index.ts';
import { durableStoreContract, storeContract, testLimits, type StoreUnderTest } from './store.ts';

const options = { now: () => 1_000, onRemark: () => {}, limits: testLimits };

async function inFile(): Promise<StoreUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'stratos-store-'));
  const url = `sqlite:${join(directory, 'store.db')}`;
  let store = await openStore(url, options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openStore(url, options);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

storeContract('SQLite in a file', inFile);
durableStoreContract('SQLite in a file', inFile);

storeContract('SQLite in memory', async () => {
  const open = (): ReturnType<typeof openStore> => openStore('sqlite::memory:', options);
  const store = await open();
  return { store, reopen: open, dispose: () => store.close() };
});
