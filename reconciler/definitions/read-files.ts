/**
 * A snapshot's files as parsed documents. A file is read and parsed once for its content: what did not change is the
 * same object as before, and what was parsed by an earlier process comes from the store.
 */

import type { SourceSnapshot } from '../contracts/source.ts';
import type { Store } from '../contracts/store.ts';
import { parseFile } from '../desired/parse/file.ts';
import { parsedFormat, type ParsedFile } from '../desired/parse/parsed.ts';

export interface ReadFiles {
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** Path → content id. */
  readonly blobs: ReadonlyMap<string, string>;
  readonly unreadable: ReadonlyMap<string, string>;
  /** How many were parsed now. */
  readonly parsed: number;
}

/** Reads at most this many files at once. */
const concurrency = 16;

export async function readFiles(snapshot: SourceSnapshot, before: ReadFiles | null, store: Store): Promise<ReadFiles> {
  const known = new Map<string, ParsedFile>();
  for (const [path, blob] of before?.blobs ?? []) {
    const file = before?.files.get(path);
    if (file) known.set(blob, file);
  }
  const files = new Map<string, ParsedFile>();
  const blobs = new Map<string, string>();
  const unreadable = new Map<string, string>();
  let parsed = 0;
  const one = async ([path, { blob, refusal }]: readonly [string, { readonly blob: string; readonly refusal: { readonly message: string } | null }]): Promise<void> => {
    blobs.set(path, blob);
    if (refusal) return void unreadable.set(path, refusal.message);
    const cached = known.get(blob) ?? (await fromStore(blob, store));
    if (cached) return void files.set(path, cached);
    const bytes = await snapshot.read(path);
    if ('refused' in bytes) return void unreadable.set(path, bytes.message);
    const file = parseFile(bytes);
    parsed += 1;
    files.set(path, file);
    await store.writeParsed(`${parsedFormat}:${blob}`, JSON.stringify(file));
  };
  const waiting = [...snapshot.files];
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await one(next);
  }));
  return { files: inOrder(files), blobs: inOrder(blobs), unreadable: inOrder(unreadable), parsed };
}

async function fromStore(blob: string, store: Store): Promise<ParsedFile | null> {
  const text = await store.readParsed(`${parsedFormat}:${blob}`);
  try {
    return text === null ? null : (JSON.parse(text) as ParsedFile);
  } catch {
    return null;
  }
}

/** The order of reading must not show in what is linked. */
const inOrder = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
  new Map([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
