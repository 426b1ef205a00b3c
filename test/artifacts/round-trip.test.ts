import { open, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unpack } from '../../agent/operations/checkout/unpack.ts';
import { createTwinFinder, linkProblem, pathProblem } from '../../schemas/messages/bundle.ts';
import { treeOf } from '../agent/checkout/archives.ts';
import { temporaryFolder } from '../git/folders.ts';
import { pack, stores } from './pack.ts';
import { makeRepository, type Entry } from './repositories.ts';

/** Names that people give, and those that only programs do. */
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'index.html', 'con', 'nul.txt', 'a b', '-rf', '*', 'ключ', '名前', 'e\u0301tude', 'trailing ', '...', '\u{1f600}', '\uff21', 'x'.repeat(120)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
).filter((text) => !/[/\\\u0000-\u001f\u007f\ufffd]/.test(text) && Buffer.byteLength(text) <= 255 && !/^\.+[. ]*$|^\.git|^git~|:|[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/i.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const file = fc.record({ content: fc.uint8Array({ maxLength: 1500 }), mode: fc.constantFrom('100644' as const, '100755' as const) });
const link = fc.record({ link: fc.oneof(path, path.map((target) => `../${target}`), fc.constantFrom('.', '..', 'a/../b')) });
const files = fc.array(fc.tuple(path, fc.oneof({ weight: 4, arbitrary: file }, { weight: 1, arbitrary: link })), { minLength: 1, maxLength: 12 }).map(admissible);

/** Leaves out what can not be in one tree, and what a bundle refuses. */
function admissible(entries: readonly (readonly [string, Entry])[]): Map<string, Entry> {
  const twinOf = createTwinFinder();
  const chosen = new Map<string, Entry>();
  for (const [at, entry] of entries) {
    const clashes = [...chosen.keys()].some((other) => other === at || other.startsWith(`${at}/`) || at.startsWith(`${other}/`));
    if (!clashes && pathProblem(at) === null && twinOf(at) === null) chosen.set(at, entry);
  }
  const links = new Map([...chosen].flatMap(([at, entry]) => (typeof entry === 'object' && 'link' in entry ? [[at, entry.link] as const] : [])));
  // A link that is left out may be one that another link goes through.
  for (let bad: string | undefined = ''; bad !== undefined;) {
    bad = [...links.keys()].find((at) => linkProblem(links, at) !== null);
    if (bad !== undefined) {
      links.delete(bad);
      chosen.delete(bad);
    }
  }
  return chosen;
}

function expected(chosen: ReadonlyMap<string, Entry>): Record<string, string> {
  return Object.fromEntries([...chosen].map(([at, entry]) => {
    if (typeof entry === 'object' && 'link' in entry) return [at, `-> ${entry.link}`];
    if (typeof entry !== 'object' || !('content' in entry)) throw new TypeError('not a file');
    return [at, `${entry.mode.slice(3)} ${Buffer.from(entry.content).toString('base64')}`];
  }));
}

it('what is committed is what stands on the member: files, modes and links, whatever their names', async () => {
  const repository = await makeRepository(await temporaryFolder());
  const root = await temporaryFolder();
  let run = 0;
  await fc.assert(fc.asyncProperty(files.filter((chosen) => chosen.size > 0), async (chosen) => {
    const packed = await pack(stores.preferred, repository.path, await repository.tree(chosen));
    const directory = join(root, String(run += 1));
    await mkdir(directory);
    const archive = await open(packed.file);
    try {
      await unpack(archive, { bytes: packed.bytes, directory, signal: new AbortController().signal });
    } finally {
      await archive.close();
    }
    expect(await treeOf(directory)).toEqual(expected(chosen));
  }), { numRuns: 60 });
});
