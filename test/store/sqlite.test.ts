/** What the embedded store does when its file is damaged, foreign, removed or shared. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memberId, sourceName } from '../../schemas/ids.ts';
import { StoreFenced, type Store } from '../../reconciler/contracts/store.ts';
import { openStore, type StoreRemark } from '../../reconciler/store/index.ts';
import { blog, entryOf, intentOf, memoryOf, shop } from '../contracts/store.ts';

let directory: string;
let path: string;
let remarks: StoreRemark[];
let opened: Store[];
const kinds = (): string[] => remarks.map((remark) => remark.kind);

async function open(checkEveryMs = 3_600_000): Promise<Store> {
  const store = await openStore(`sqlite:${path}`, { now: () => 1_000, onRemark: (remark) => remarks.push(remark), limits: { checkEveryMs } });
  opened.push(store);
  return store;
}

async function fill(store: Store): Promise<number> {
  const epoch = await store.beginEpoch(4);
  await store.writeMemory(shop, memoryOf(1), epoch);
  await store.writeMemory(blog, memoryOf(7), epoch);
  await store.deleteMemory(blog, epoch);
  await store.writeIntent(intentOf('m-1'), epoch);
  await store.writeIntent(intentOf('m-2'), epoch);
  await store.deleteIntent(memberId('m-2'), epoch);
  await store.writeLastGood(sourceName('s'), { revision: 'r', paths: {} }, epoch);
  await store.appendJournal([entryOf('before')], epoch);
  return epoch;
}

async function expectMemoriesOnDisk(epoch: number): Promise<void> {
  const reader = await open();
  expect(await reader.readMemories()).toEqual(new Map([[shop, memoryOf(2)]]));
  expect(await reader.readIntents()).toEqual([intentOf('m-1')]);
  expect(await reader.readLastGood(sourceName('s'))).toEqual({ revision: 'r', paths: {} });
  await expect(reader.writeMemory(shop, memoryOf(0), epoch - 1)).rejects.toBeInstanceOf(StoreFenced);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stratos-sqlite-'));
  path = join(directory, 'deep', 'store.db');
  remarks = [];
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  await rm(directory, { recursive: true });
});

describe('opening', () => {
  it('makes the folder and a file for its owner alone', async () => {
    await fill(await open());
    for (const name of await readdir(join(directory, 'deep'))) expect((await stat(join(directory, 'deep', name))).mode & 0o077).toBe(0);
    expect(remarks).toEqual([]);
  });

  it('says which URLs it knows, and shows no password', async () => {
    const options = { now: () => 0, onRemark: () => {} };
    await expect(openStore('postgres://user:geheim@db/stratos', options)).rejects.toThrow('no store for postgres:; write sqlite:<path> in STRATOS_STORE_URL');
    await expect(openStore('postgres://user:geheim@db/stratos', options)).rejects.not.toThrow('geheim');
    await expect(openStore('/var/lib/store.db', options)).rejects.toThrow('no scheme');
    await expect(openStore('sqlite:', options)).rejects.toThrow('names no path');
    await expect(openStore('sqlite://host/path', options)).rejects.toThrow('names no path');
  });

  it('takes a path after three slashes too', async () => {
    await (await openStore(`sqlite://${path}`, { now: () => 0, onRemark: () => {} })).close();
    expect(existsSync(path)).toBe(true);
  });

  it('sets a damaged file aside, as often as needed, and begins a new one', async () => {
    for (const n of [1, 2]) {
      await (await open()).close();
      await writeFile(path, `damage ${n} `.repeat(2_000));
      const store = await open();
      expect(await store.readMemories()).toEqual(new Map());
      await store.close();
      expect(await readFile(`${path}.broken-${n}`, 'utf8')).toContain(`damage ${n}`);
    }
    expect(kinds()).toEqual(['set-aside', 'set-aside']);
    expect(remarks[0]?.text).toContain(`${path}.broken-1`);
  });

  it('notices a page that was overwritten in the middle', async () => {
    const store = await open();
    const epoch = await store.beginEpoch(0);
    for (let n = 0; n < 50; n += 1) await store.appendJournal([entryOf('x'.repeat(2_000))], epoch);
    await store.close();
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0xa5, 4096 * 3, 4096 * 20));
    await fill(await open());
    expect(kinds()).toEqual(['set-aside']);
  });

  it('sets a file of a newer version aside', async () => {
    await (await open()).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    await fill(await open());
    expect(remarks.map((remark) => remark.text).join()).toContain('version 999');
  });

  it('never touches a database of another program', async () => {
    await (await open()).close();
    await rm(path);
    const foreign = new DatabaseSync(path);
    foreign.exec('CREATE TABLE theirs (x)');
    foreign.close();
    const before = await readFile(path);
    await expect(open()).rejects.toThrow('another program');
    expect(await readFile(path)).toEqual(before);
  });

  it('drops a document that cannot be read, and says so', async () => {
    await fill(await open());
    const database = new DatabaseSync(path);
    database.exec("UPDATE memory SET document = '{oops'");
    database.close();
    const store = await open();
    expect(await store.readMemories()).toEqual(new Map());
    expect(kinds()).toEqual(['degraded']);
  });
});

describe('losing the file while running', () => {
  const removed = { 'all files': ['', '-wal', '-shm'], 'the database alone': [''], 'the write-ahead log alone': ['-wal'] };
  for (const [what, suffixes] of Object.entries(removed)) {
    it(`loses nothing when ${what} is removed`, async () => {
      const store = await open();
      const epoch = await fill(store);
      for (const suffix of suffixes) await rm(path + suffix);
      await store.writeMemory(shop, memoryOf(2), epoch);
      expect(kinds()).toEqual(['healed']);
      const entries = await store.appendJournal([entryOf('after')], epoch);
      expect((await store.readJournal({ since: 0, limit: 9 })).map((entry) => entry.text)).toEqual(['before', 'after']);
      expect(entries[0]?.sequence).toBe(2);
      await expectMemoriesOnDisk(epoch);
      expect(kinds()).toEqual(['healed']);
    });
  }

  it('heals while idle', async () => {
    const store = await open(10);
    await fill(store);
    await rm(join(directory, 'deep'), { recursive: true });
    await vi.waitFor(() => expect(kinds()).toEqual(['healed']), { timeout: 10_000 });
    expect(existsSync(path)).toBe(true);
    expect((await readdir(join(directory, 'deep'))).filter((name) => name.includes('copy'))).toEqual([]);
  });

  it('heals before it reads', async () => {
    const store = await open();
    await fill(store);
    await rm(path);
    expect([...(await store.readMemories()).keys()]).toEqual([shop]);
    expect(existsSync(path)).toBe(true);
  });

  it('writes what decisions rest on again when the content is gone', async () => {
    const store = await open();
    const epoch = await fill(store);
    await store.appendJournal(Array.from({ length: 300 }, () => entryOf('x'.repeat(1_000))), epoch);
    await truncate(path, 0);
    await store.writeMemory(shop, memoryOf(2), epoch);
    expect(kinds()).toContain('healed');
    expect((await store.appendJournal([entryOf('after')], epoch))[0]?.sequence).toBe(302);
    await expectMemoriesOnDisk(epoch);
  });

  it('goes over to a file that was put in its place, with its own memories', async () => {
    const other = await open();
    await fill(other);
    await other.close();
    await rename(path, `${path}.old`);
    const store = await open();
    const epoch = await store.beginEpoch(20);
    await store.writeMemory(shop, memoryOf(1), epoch);
    await store.writeIntent(intentOf('m-1'), epoch);
    await rename(`${path}.old`, path);
    await store.writeMemory(shop, memoryOf(2), epoch);
    await expectMemoriesOnDisk(epoch);
  });

  it('is fenced by a file in which a later term has begun', async () => {
    const store = await open();
    const epoch = await fill(store);
    await rm(join(directory, 'deep'), { recursive: true });
    const other = await open();
    const later = await other.beginEpoch(epoch);
    await other.writeMemory(shop, memoryOf(50), later);
    await expect(store.writeMemory(shop, memoryOf(2), epoch)).rejects.toBeInstanceOf(StoreFenced);
    expect(await other.readMemories()).toEqual(new Map([[shop, memoryOf(50)]]));
  });

  it('says once that it cannot be put up, goes on trying, and then has everything', async () => {
    const store = await open(10);
    const epoch = await fill(store);
    await rm(join(directory, 'deep'), { recursive: true });
    await writeFile(join(directory, 'deep'), 'in the way');
    await expect(store.writeMemory(shop, memoryOf(2), epoch)).rejects.toThrow('cannot be put up');
    await vi.waitFor(() => expect(kinds()).toContain('degraded'), { timeout: 10_000 });
    await rm(join(directory, 'deep'));
    await vi.waitFor(() => expect(kinds()).toContain('healed'), { timeout: 10_000 });
    await store.writeMemory(shop, memoryOf(2), epoch);
    await expectMemoriesOnDisk(epoch);
    expect(remarks.length).toBeLessThan(8);
  });
});

describe('sharing and crashing', () => {
  it('fences between two that have the same file open', async () => {
    const [first, second] = [await open(), await open()];
    const old = await first.beginEpoch(0);
    const now = await second.beginEpoch(0);
    await expect(first.writeMemory(shop, memoryOf(1), old)).rejects.toBeInstanceOf(StoreFenced);
    await second.writeMemory(shop, memoryOf(2), now);
    expect(await first.readMemories()).toEqual(new Map([[shop, memoryOf(2)]]));
  });

  it('has every write whose promise resolved after kill -9', async () => {
    const script = `
      const { openStore } = await import(${JSON.stringify(new URL('../../reconciler/store/index.ts', import.meta.url).href)});
      const store = await openStore(${JSON.stringify(`sqlite:${path}`)}, { now: () => 0, onRemark: () => {} });
      for (let n = 1; ; n += 1) { await store.writeMemory('default/shop', { counter: n }, 1); process.stdout.write(n + '\\n'); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.split('\n').length > 50) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const last = Number(said.split('\n').at(-2));
    expect((await (await open()).readMemories()).get(shop)?.counter).toBeGreaterThanOrEqual(last);
    expect(remarks).toEqual([]);
  });
});
