/** Commits, trees and tags from their bytes; SHA-1 and SHA-256. Malformed bytes are `corrupt`, never guessed at. */

import { objectId, type ObjectId } from '../../schemas/ids.ts';
import { GitFailure, type GitCommit, type GitTreeEntry } from '../contracts/git.ts';
import { entryNameRefusal } from './entry-name.ts';
import { algorithmOf } from './object.ts';

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientText = new TextDecoder('utf-8');
const lineFeed = 0x0a;

/** @throws GitFailure `corrupt`; `too-large` above `entriesMax`. */
export function parseTree(id: ObjectId, bytes: Buffer, entriesMax: number): readonly GitTreeEntry[] {
  const idBytes = algorithmOf(id) === 'sha1' ? 20 : 32;
  const entries: GitTreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    if (end < 0 || end + 1 + idBytes > bytes.length) throw corrupt(`tree ${id} ends in the middle of an entry`);
    const name = entryName(id, bytes.subarray(space + 1, end));
    if (names.has(name)) throw corrupt(`tree ${id} names ${JSON.stringify(name)} twice`);
    names.add(name);
    entries.push({
      name, kind: kindOfMode(id, bytes.toString('latin1', at, space)),
      id: bytes.toString('hex', end + 1, end + 1 + idBytes) as ObjectId,
    });
    if (entries.length > entriesMax) throw new GitFailure('too-large', `tree ${id} has more than ${entriesMax} entries`);
    at = end + 1 + idBytes;
  }
  return entries;
}

function entryName(id: ObjectId, bytes: Uint8Array): string {
  let name: string;
  try {
    name = strictText.decode(bytes);
  } catch (cause) {
    throw new GitFailure('corrupt', `tree ${id} holds a name that is not UTF-8`, { cause });
  }
  const refusal = entryNameRefusal(name, bytes.length);
  if (refusal !== null) throw corrupt(`tree ${id} holds a name that ${refusal}: ${JSON.stringify(name.slice(0, 80))}`);
  return name;
}

function kindOfMode(id: ObjectId, mode: string): GitTreeEntry['kind'] {
  if (/^0?40000$/.test(mode)) return 'tree';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'submodule';
  // Old tools wrote other permission bits; Git itself looks at the owner's execute bit only.
  if (/^100[0-7]{3}$/.test(mode)) return (Number.parseInt(mode[3] ?? '', 8) & 1) === 1 ? 'executable' : 'file';
  throw corrupt(`tree ${id} holds an entry of unknown mode`);
}

/** @throws GitFailure `corrupt`. */
export function parseCommit(id: ObjectId, bytes: Buffer): GitCommit {
  const { headers, message } = splitHeaders(bytes);
  const author = /^(.*?) ?<([^<>]*)> (-?\d{1,15}) [+-]\d{4,}$/.exec(headerOf(headers, 'author') ?? '');
  const tree = headerOf(headers, 'tree');
  if (!author || tree === undefined) throw corrupt(`commit ${id} has no tree or no author`);
  return {
    id, tree: idIn(id, tree), message,
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => idIn(id, line.slice('parent '.length))),
    author: { name: author[1] ?? '', email: author[2] ?? '', atMs: Number(author[3]) * 1000 },
  };
}

/** What a tag object points at. @throws GitFailure `corrupt`. */
export function parseTagTarget(id: ObjectId, bytes: Buffer): ObjectId {
  const target = headerOf(splitHeaders(bytes).headers, 'object');
  if (target === undefined) throw corrupt(`tag ${id} points at nothing`);
  return idIn(id, target);
}

function splitHeaders(bytes: Buffer): { headers: string[]; message: string } {
  const blank = bytes.indexOf(Buffer.from([lineFeed, lineFeed]));
  const end = blank < 0 ? bytes.length : blank;
  return {
    headers: lenientText.decode(bytes.subarray(0, end)).split('\n'),
    message: blank < 0 ? '' : lenientText.decode(bytes.subarray(blank + 2)),
  };
}

function headerOf(headers: readonly string[], name: string): string | undefined {
  return headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}

function idIn(holder: ObjectId, text: string): ObjectId {
  if (text.length !== holder.length || !/^[0-9a-f]+$/.test(text)) throw corrupt(`object ${holder} holds a malformed id`);
  return objectId(text);
}

function corrupt(message: string): GitFailure {
  return new GitFailure('corrupt', message);
}
