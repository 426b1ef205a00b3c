/** `stratos import`: old Stratos JSON as native YAML, one file for each document, at the same place in another folder. */

import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { importDefinitions, type Imported } from '../../reconciler/desired/stratos4/import/import.ts';
import { readPaths, type Definitions } from '../definitions.ts';
import { exitCodes, Failure } from '../exit.ts';
import { linkDefinitions } from '../linked.ts';
import { clean } from '../outside-text.ts';
import { countProblems, countsText, problemText } from '../problems.ts';
import { plainPaint, processTerminal, type Terminal } from '../terminal.ts';
import { counted, place } from '../words.ts';

export interface ImportOptions {
  /** Files that are there already are written over. */
  readonly force?: boolean;
  /** Nothing is written. */
  readonly dryRun?: boolean;
}

/** Prints the files on stdout, and what a person has to do on stderr. Exit code 1 when something was left out because of errors. */
export async function importOld(from: string, to: string, options: ImportOptions): Promise<void> {
  const terminal = processTerminal();
  const definitions = await readPaths([from]);
  const below = (file: string): string => path.relative(from, file).split(path.sep).join('/') || path.basename(from);
  const imported = importDefinitions(new Map([...definitions.files].map(([file, parsed]) => [below(file), parsed])));
  if (imported.written.length === 0) throw new Failure(exitCodes.notGood, `${from} holds no old Stratos JSON that could be written`);
  const contents = new Map<string, Uint8Array | string>(imported.written.map((file) => [path.join(to, file.path), file.text]));
  for (const [file, content] of definitions.contents) {
    if (content instanceof Uint8Array && imported.taken.includes(below(file))) contents.set(path.join(to, below(file)), content);
  }
  if (options.force !== true) await refuseWhatIsThere([...contents.keys()]);
  for (const [target, content] of contents) {
    if (options.dryRun !== true) {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content, { flag: options.force === true ? 'w' : 'wx' });
    }
    terminal.print(clean(target));
  }
  report(imported, definitions, terminal);
  terminal.say(`${counted(imported.written.length, 'document')} ${options.dryRun === true ? 'would be' : imported.written.length === 1 ? 'was' : 'were'} written below ${to}${imported.taken.length === 0 ? '' : `, and ${counted(imported.taken.length, 'native file')} taken over`}`);
}

async function refuseWhatIsThere(targets: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const target of targets) if (await access(target).then(() => true, () => false)) there.push(target);
  const [first] = there;
  if (first === undefined) return;
  throw new Failure(exitCodes.usage, `${first}${there.length === 1 ? ' is' : ` and ${counted(there.length - 1, 'other file')} are`} there already`, ['Name another folder, or write over them with --force.']);
}

/** What did not come along, what the platform has to be given, and what was wrong before. */
function report({ left, secrets }: Imported, definitions: Definitions, terminal: Terminal): void {
  const { problems, textOf } = linkDefinitions(definitions);
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const problem of errors) terminal.say(`${problemText(problem, textOf, plainPaint)}\n`);
  for (const { path: file, line, reason } of left) terminal.say(`left out: ${place({ file, line })}: ${reason}`);
  for (const [file, reason] of definitions.unreadable) terminal.say(`left out: ${file}: ${reason}`);
  if (secrets.length > 0) {
    terminal.say('\nThe platform has to be given these secrets; the old files held them themselves, so they should be changed:');
    for (const { name, repository, usedIn } of secrets) terminal.say(`  ${name}  (${repository === null ? 'a value' : `the login for ${repository}`}; in ${usedIn.join(', ')})`);
    terminal.say('');
  }
  if (problems.length > 0) terminal.say(`The old definitions have ${countsText(countProblems(problems))} (stratos validate shows them).`);
  if (errors.length > 0) process.exitCode = exitCodes.notGood;
}
