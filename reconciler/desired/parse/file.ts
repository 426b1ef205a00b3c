/** The bytes of one file → its documents and all its problems. Pure: the same bytes give the same result. */

import { decode } from './decode.ts';
import { documentLines } from './document-lines.ts';
import { recogniseNative, type Recognised } from './native.ts';
import type { FileProblem, Finding, IgnoredDocument, ParsedDocument, ParsedFile } from './parsed.ts';
import { locator, type Locator } from './position.ts';
import { readDocuments } from './read.ts';

/** Never throws for any input. The result is plain JSON. */
export function parseFile(bytes: Uint8Array): ParsedFile {
  const decoded = decode(bytes);
  if ('problem' in decoded) return { documents: [], ignored: [], problems: [decoded.problem], unreadable: true };
  const read = readDocuments(decoded.text);
  const places = locator(decoded.text);
  const lineOf = documentLines(decoded.text, read.values.length, places);
  const documents: ParsedDocument[] = [];
  const ignored: IgnoredDocument[] = [];
  const problems: FileProblem[] = [...read.problems];
  let unreadable = read.problems.length > 0;
  for (const { index, value } of read.values) {
    if (value === null || value === undefined) continue;
    const recognised = recogniseNative(value);
    if (recognised.type === 'not-ours') ignored.push({ index, reason: recognised.reason });
    else problems.push(...recognised.findings.map((finding) => placed(finding, index, places)));
    if (recognised.type === 'unidentified') unreadable = true;
    if (recognised.type === 'document') documents.push(documentOf(recognised, index, lineOf(index)));
  }
  return { documents, ignored, problems: inOrder(problems), unreadable };
}

function documentOf(recognised: Extract<Recognised, { type: 'document' }>, index: number, line: number): ParsedDocument {
  return { index, line, dialect: 'native', kind: recognised.kind, name: recognised.name, value: recognised.value };
}

/** Looks up where a finding stands. */
export function placed(finding: Finding, index: number, places: Locator): FileProblem {
  const position = places.positionOf(index, finding.pointer, finding.at);
  return {
    severity: finding.severity ?? 'error', code: finding.code, message: finding.message, document: index, pointer: finding.pointer,
    line: position?.line ?? null, column: position?.column ?? null, ...(finding.hint === undefined ? {} : { hint: finding.hint }),
  };
}

function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
