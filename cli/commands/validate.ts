/** `stratos validate`: every problem of definitions, as a good compiler says it. */

import type { Problem } from '../../reconciler/model/problem.ts';
import { readPaths, readRepository, type Definitions } from '../definitions.ts';
import { exitCodes } from '../exit.ts';
import { linkDefinitions, type Linked } from '../linked.ts';
import { safeJson } from '../outside-text.ts';
import { countProblems, countsText, problemText, type ProblemCounts } from '../problems.ts';
import { processTerminal } from '../terminal.ts';
import { counted } from '../words.ts';

export interface ValidateOptions {
  readonly output: 'text' | 'json';
  readonly strict?: boolean;
  /** A repository to read instead of files. */
  readonly git?: string;
  readonly rev: string;
  readonly folder: string;
}

interface Verdict {
  readonly valid: boolean;
  readonly revision: string;
  readonly files: number;
  readonly documents: number;
  readonly counts: ProblemCounts;
  readonly problems: readonly Problem[];
}

/** Reads definitions from the paths, or from the repository that the options name. */
export function readDefinitions(paths: readonly string[], options: Pick<ValidateOptions, 'git' | 'rev' | 'folder'>): Promise<Definitions> {
  if (options.git === undefined) return readPaths(paths.length === 0 ? ['.'] : paths);
  return readRepository({ repository: options.git, revision: options.rev, folder: options.folder });
}

export async function validate(paths: readonly string[], options: ValidateOptions): Promise<void> {
  const terminal = processTerminal();
  const definitions = await readDefinitions(paths, options);
  const linked = linkDefinitions(definitions);
  const counts = countProblems(linked.problems);
  const valid = counts.error === 0 && (options.strict !== true || counts.warning === 0);
  const documents = [...definitions.files.values()].reduce((sum, file) => sum + file.documents.length, 0);
  const verdict: Verdict = { valid, revision: definitions.revision, files: definitions.contents.size, documents, counts, problems: linked.problems };
  if (options.output === 'json') terminal.print(safeJson(verdict, 2));
  else printVerdict(verdict, linked, terminal);
  process.exitCode = valid ? exitCodes.done : exitCodes.notGood;
}

function printVerdict({ valid, counts, files, documents }: Verdict, linked: Linked, { print, paint }: ReturnType<typeof processTerminal>): void {
  for (const problem of linked.problems) print(`${problemText(problem, linked.textOf, paint)}\n`);
  const what = `${counted(documents, 'document')} in ${counted(files, 'file')}`;
  print(`${paint(valid ? 'green' : 'red', countsText(counts))}: ${what}`);
}
