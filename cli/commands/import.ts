/** `stratos import`: old Stratos JSON as native YAML, one file for each, in a folder of its own. */

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readPaths, type Definitions } from '../definitions.ts';
import { exitCodes, Failure } from '../exit.ts';
import { linkDefinitions } from '../linked.ts';
import { safeYaml } from '../output.ts';
import { problemText } from '../problems.ts';
import { processTerminal } from '../terminal.ts';
import { counted } from '../words.ts';

/** Exit code 1 when a document could not be read: it is not written. */
export async function importOld(from: string, to: string): Promise<void> {
  const terminal = processTerminal();
  const definitions = await readPaths([from]);
  const old = oldDocuments(definitions);
  if (old.size === 0) throw new Failure(exitCodes.notGood, `${from} holds no old Stratos JSON`);
  await mustBeEmpty(to);
  let written = 0;
  for (const [file, documents] of old) {
    const target = path.join(to, `${path.relative(from, file).replace(/\.[^.]+$/, '')}.yaml`);
    const texts = await Promise.all(documents.map(safeYaml));
    if (texts.length === 0) continue;
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, `${texts.join('\n---\n')}\n`, { flag: 'wx' });
    terminal.print(target);
    written += texts.length;
  }
  const { problems, textOf } = linkDefinitions(definitions);
  const concerning = problems.filter(({ file }) => old.has(file));
  for (const problem of concerning) terminal.say(`${problemText(problem, textOf, (_style, text) => text)}\n`);
  terminal.say(`${counted(written, 'document')} written below ${to}, ${counted(concerning.length, 'problem')} on the way`);
  if (concerning.some(({ severity }) => severity === 'error')) process.exitCode = exitCodes.notGood;
}

/** File → the native form of its old documents, without those that have errors. */
function oldDocuments({ files }: Definitions): ReadonlyMap<string, readonly object[]> {
  return new Map([...files].flatMap(([file, { documents }]) => {
    const old = documents.filter(({ dialect }) => dialect === 'stratos4');
    return old.length === 0 ? [] : [[file, old.flatMap(({ value }) => (value === null ? [] : [value]))] as const];
  }));
}

async function mustBeEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure(exitCodes.usage, `Cannot write into ${folder}: ${error.message}`);
  });
  if (entries.length > 0) throw new Failure(exitCodes.usage, `${folder} is not empty`, ['Name a folder that is not there yet.']);
}
