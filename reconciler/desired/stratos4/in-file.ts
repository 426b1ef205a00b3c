/** What the old documents of one file come to, beside the native ones. */

import type { ConcerningDocument, FileProblem, Finding, ParsedDocument } from '../parse/parsed.ts';
import { recogniseOld } from './recognise.ts';

/** What one value of a file gives when it has an old shape. */
export interface OldInFile {
  readonly documents: readonly ParsedDocument[];
  readonly concerning: readonly ConcerningDocument[];
  readonly findings: readonly Finding[];
  /** True: it is one of ours, but what it defines cannot be told. */
  readonly unidentified: boolean;
}

/** @returns the reason for which it is left alone when it has no old shape; undefined: no special one. */
export function oldInFile(value: unknown, index: number, lineOf: (pointer: string) => number): OldInFile | { readonly ignoredBecause: string | undefined } {
  const recognised = recogniseOld(value);
  if (recognised.type === 'not-old') return { ignoredBecause: recognised.reason };
  if (recognised.type === 'unidentified') return { documents: [], concerning: [], findings: recognised.findings, unidentified: true };
  const documents: ParsedDocument[] = [];
  const concerning: ConcerningDocument[] = [];
  for (const { kind, name, value: native, pointers, application } of recognised.documents) {
    const document: ParsedDocument = { index, line: lineOf(pointers[''] ?? ''), dialect: 'stratos4', kind, name, value: native, pointers };
    if (application === undefined) documents.push(document);
    else concerning.push({ ...document, application });
  }
  return { documents, concerning, findings: recognised.findings, unidentified: false };
}

/** The old server took the last of two keys, so what only has that wrong can be read. */
export function asOldServerRead(problems: readonly FileProblem[], index: number): readonly FileProblem[] {
  return problems.map((problem) => (problem.document !== index || problem.code !== 'duplicate-key' ? problem
    : { ...problem, severity: 'warning', message: `${problem.message}; the last one counts` }));
}
