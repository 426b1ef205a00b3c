/**
 * The database file: how it is opened, judged, set aside, and told apart from another file of the same name.
 * Invariants: a file that is not ours is never touched; a file of ours that cannot be used is kept beside the new one.
 */

import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoreRemark } from '../options.ts';
import { applicationMark, migrate, schemaVersion, versionOf } from './schema.ts';

export const inMemory = ':memory:';
const brokenFilesKept = 9;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

class Unusable extends Error {}

/** Whether an error says that the file's content is damaged, as opposed to: not reachable, full, locked. */
export function saysDamaged(error: unknown): boolean {
  if (error instanceof Unusable) return true;
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' && [sqliteCorrupt, sqliteNotADatabase].includes(code & 0xff);
}

/**
 * Opens or creates the file at a path, ready to use. One that is damaged or was written by a newer version is renamed
 * to `<name>.broken-<n>`, with a remark, and a new one is begun.
 * @throws Error when the path cannot be used or holds another program's database.
 */
export function openDatabase(path: string, onRemark: (remark: StoreRemark) => void): DatabaseSync {
  if (path === inMemory) return prepared(new DatabaseSync(inMemory));
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return openFile(path);
    } catch (error) {
      if (!saysDamaged(error)) throw error;
      const aside = setAside(path);
      onRemark({ kind: 'set-aside', text: `the store ${path} cannot be used (${messageOf(error)}): it is kept as ${aside}, and a new one is begun` });
      return openFile(path);
    }
  } catch (error) {
    throw new Error(`the store ${path} cannot be opened: ${messageOf(error)}; see STRATOS_STORE_URL and STRATOS_DATA_DIR`, { cause: error });
  }
}

function openFile(path: string): DatabaseSync {
  // The journal quotes what people wrote: the file is for its owner alone, from its first byte.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    judge(database);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 16777216');
    return prepared(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepared(database: DatabaseSync): DatabaseSync {
  migrate(database);
  // A write of nothing makes the write-ahead files appear, so that their loss can be noticed from now on.
  database.exec("UPDATE counter SET value = value WHERE name = 'epoch'");
  return database;
}

function judge(database: DatabaseSync): void {
  const mark = Number(database.prepare('PRAGMA application_id').get()?.['application_id'] ?? 0);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
  if (tables > 0 && mark !== applicationMark) throw new Error('it is a SQLite database of another program');
  const version = versionOf(database);
  if (version > schemaVersion) throw new Unusable(`it is of version ${version}, this program knows ${schemaVersion}`);
  const verdict = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] ?? 'no answer');
  if (verdict !== 'ok') throw new Unusable(verdict.replaceAll(/\s+/g, ' ').slice(0, 200));
}

function setAside(path: string): string {
  const names = Array.from({ length: brokenFilesKept }, (_, index) => `${path}.broken-${index + 1}`);
  const ages = names.map((name) => ({ name, atMs: existsSync(name) ? statSync(name).mtimeMs : -1 }));
  const { name } = ages.reduce((oldest, next) => (next.atMs < oldest.atMs ? next : oldest));
  // The database goes first: write-ahead files left without it are discarded by SQLite, the other way round they would be lost.
  renameSync(path, name);
  for (const suffix of ['-wal', '-shm']) {
    rmSync(name + suffix, { force: true });
    if (existsSync(path + suffix)) renameSync(path + suffix, name + suffix);
  }
  return name;
}

/** What identifies the files behind an open database: the database itself and its write-ahead files, by inode. */
export interface Footprint {
  readonly bytes: number;
  readonly inodes: Readonly<Record<string, string>>;
}

const suffixes = ['', '-wal', '-shm'];

/** The footprint of what stands at a path now; null when there is no database. */
export function footprintOf(path: string): Footprint | null {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return null;
  const inodes = suffixes.flatMap((suffix) => {
    const inode = inodeOf(path + suffix);
    return inode === null ? [] : [[suffix, inode]];
  });
  return { bytes, inodes: Object.fromEntries(inodes) as Record<string, string> };
}

function inodeOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/** Whether the same files still stand there. The database itself never shrinks by our own doing. */
export function stillStands(before: Footprint, now: Footprint | null): boolean {
  return now !== null && now.bytes >= before.bytes
    && Object.entries(before.inodes).every(([suffix, inode]) => now.inodes[suffix] === inode);
}

/** Removes the write-ahead files of a database that no longer stands at its path: SQLite would replay them over its successor. */
export function removeLeftWriteAhead(path: string, before: Footprint | null): void {
  const main = inodeOf(path);
  if (main !== null && main === before?.inodes['']) return;
  for (const suffix of suffixes.slice(1)) {
    if (main === null || inodeOf(path + suffix) === before?.inodes[suffix]) rmSync(path + suffix, { force: true });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
