/** The bytes of one file → its documents and all its problems. Pure: the same bytes give the same result. */

import { asOldServerRead, oldInFile } from '../stratos4/in-file.ts';
import { shapeOf } from '../stratos4/shapes.ts';
import { decode } from './decode.ts';
import { documentLines } from './document-lines.ts';
import { recogniseNative, type Recognised } from './native.ts';
import type { ConcerningDocument, FileProblem, Finding, IgnoredDocument, ParsedDocument, ParsedFile } from './parsed.ts';
import { locator, type Locator } from './position.ts';
import { readDocuments, type ReadValue } from './read.ts';

/** Never throws for any input. The result is plain JSON. */
export function parseFile(bytes: Uint8Array): ParsedFile {
  const decoded = decode(bytes);
  if ('problem' in decoded) return { documents: [], ignored: [], problems: [decoded.problem], unreadable: true };
  const read = readDocuments(decoded.text);
  const places = locator(decoded.text);
  const doubtful = oldAmong(read.doubtful ?? []);
  const lineOf = documentLines(decoded.text, read.values.length + (read.doubtful ?? []).length, places);
  const reading: Reading = { documents: [], concerning: [], ignored: [], problems: doubtful.reduce<readonly FileProblem[]>((problems, { index }) => asOldServerRead(problems, index), read.problems).slice(), unreadable: false, places, lineOf };
  reading.unreadable = reading.problems.some(({ severity }) => severity === 'error');
  for (const { index, value } of [...read.values, ...doubtful]) if (value !== null && value !== undefined) readValue(value, index, reading);
  const { documents, concerning, ignored, problems, unreadable } = reading;
  return { documents, ignored, problems: inOrder(problems), unreadable, ...(concerning.length === 0 ? {} : { concerning }) };
}

/** What has been made of a file so far. */
interface Reading {
  readonly documents: ParsedDocument[];
  readonly concerning: ConcerningDocument[];
  readonly ignored: IgnoredDocument[];
  readonly problems: FileProblem[];
  unreadable: boolean;
  readonly places: Locator;
  readonly lineOf: (index: number) => number;
}

function readValue(value: unknown, index: number, reading: Reading): void {
  const { documents, concerning, ignored, problems, places, lineOf } = reading;
  const tell = (findings: readonly Finding[]): void => void problems.push(...findings.map((finding) => placed(finding, index, places)));
  const recognised = recogniseNative(value);
  if (recognised.type !== 'not-ours') {
    tell(recognised.findings);
    if (recognised.type === 'unidentified') reading.unreadable = true;
    else documents.push(documentOf(recognised, index, lineOf(index)));
    return;
  }
  const old = saysVersion(value) ? { ignoredBecause: undefined } : oldInFile(value, index, (pointer) => (pointer === '' ? lineOf(index) : (places.positionOf(index, pointer)?.line ?? 1)));
  if ('ignoredBecause' in old) return void ignored.push({ index, reason: old.ignoredBecause ?? recognised.reason });
  tell(old.findings);
  documents.push(...old.documents);
  concerning.push(...old.concerning);
  if (old.unidentified) reading.unreadable = true;
}

/** What says an `apiVersion` is somebody's in any case. */
function saysVersion(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'apiVersion');
}

function oldAmong(values: readonly ReadValue[]): readonly ReadValue[] {
  return values.filter(({ value }) => recogniseNative(value).type === 'not-ours' && !saysVersion(value) && shapeOf(value) !== null);
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
