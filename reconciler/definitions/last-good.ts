/**
 * What a source held when it was last wholly good: where a restart begins, so that what is broken now has something to
 * stand on. The store remembers the revision; without it the first parents of the branch are tried.
 */

import type { Source, SourceFailure, SourceSnapshot } from '../contracts/source.ts';
import type { Store } from '../contracts/store.ts';
import { readFiles, type ReadFiles } from './read-files.ts';

export interface GoodContent {
  readonly revision: string;
  readonly snapshot: SourceSnapshot;
  readonly read: ReadFiles;
}

/** How far back a whole revision is looked for. */
const parentsMax = 200;

/** @param taken what the source says now. Null when no whole revision can be found. */
export async function lastGood(source: Source, taken: SourceSnapshot | SourceFailure, store: Store): Promise<GoodContent | null> {
  const remembered = await store.readLastGood(source.name);
  const known = remembered && (await contentAt(source, remembered.revision, store));
  if (known) return known;
  if ('failed' in taken) return taken.lastRevision === null ? null : contentAt(source, taken.lastRevision, store);
  const now = await contentOf(taken, store);
  if (isWhole(now.read)) return now;
  for await (const revision of source.previous(taken.revision, parentsMax)) {
    const content = await contentAt(source, revision, store);
    if (content && isWhole(content.read)) return content;
  }
  return null;
}

async function contentAt(source: Source, revision: string, store: Store): Promise<GoodContent | null> {
  const snapshot = await source.at(revision);
  return 'failed' in snapshot ? null : contentOf(snapshot, store);
}

const contentOf = async (snapshot: SourceSnapshot, store: Store): Promise<GoodContent> =>
  ({ revision: snapshot.revision, snapshot, read: await readFiles(snapshot, null, store) });

/** Every file could be read, and no document has errors of its own. */
function isWhole(read: ReadFiles): boolean {
  return read.unreadable.size === 0 && [...read.files.values()].every((file) => file.problems.every((problem) => problem.severity !== 'error'));
}
