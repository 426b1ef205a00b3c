/** One value → the native documents that an old document comes to, with all that is wrong with it. Never throws. */

import type { KindName } from '../../../schemas/kinds/index.ts';
import type { NativeDocument } from '../../../schemas/kinds/documents.ts';
import { explain } from '../parse/explain.ts';
import type { Finding } from '../parse/parsed.ts';
import { ruleFindings } from '../parse/rules/index.ts';
import { shapeFindings } from '../parse/shape.ts';
import { schemaErrors } from '../parse/validators.ts';
import { createNotes } from './notes.ts';
import { unfold } from './said.ts';
import { isUser, shapeOf } from './shapes.ts';
import type { Translation } from './translation.ts';

export interface OldDocument {
  readonly kind: KindName;
  readonly name: string;
  /** Null when there are errors among the findings. */
  readonly value: NativeDocument | null;
  /** Pointer in `value` → pointer in the old document. */
  readonly pointers: Readonly<Record<string, string>>;
  /** As in a `Translation`. */
  readonly application?: string | null;
}

export type RecognisedOld =
  | { readonly type: 'not-old'; readonly reason?: string }
  /** One of ours, but what it defines cannot be told. */
  | { readonly type: 'unidentified'; readonly findings: readonly Finding[] }
  | { readonly type: 'documents'; readonly documents: readonly OldDocument[]; readonly findings: readonly Finding[] };

export function recogniseOld(value: unknown): RecognisedOld {
  const shape = shapeOf(value);
  if (shape === null) return isUser(value) ? { type: 'not-old', reason: 'a user of an old server is a person, and no definition' } : { type: 'not-old' };
  const notes = createNotes();
  const translations = shape.read({ value, pointer: '' }, notes);
  const checked = translations.map((translation) => check(translation, notes.findings));
  const findings = [...notes.findings, ...checked.flatMap((each) => each.findings)];
  const usable = findings.every(({ severity }) => severity !== undefined);
  const documents = checked.flatMap(({ translation, document, pointers }): OldDocument[] => (translation.name === null ? [] : [{
    kind: translation.kind, name: translation.name, value: usable ? document : null, pointers,
    ...(translation.application === undefined ? {} : { application: translation.application }),
  }]));
  return documents.length === 0 && !usable ? { type: 'unidentified', findings } : { type: 'documents', documents, findings };
}

interface Checked {
  readonly translation: Translation;
  readonly document: NativeDocument;
  readonly pointers: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** What is translated has to be a native document like any other; what that breaks is said where it stands in the old one. */
function check(translation: Translation, found: readonly Finding[]): Checked {
  const { value, pointers } = unfold(translation.tree);
  const document = value as NativeDocument;
  const shape = shapeFindings(document);
  const schema = shape.length > 0 ? [] : explain(schemaErrors(translation.kind, document));
  const broken = [...shape, ...schema];
  const errors = found.filter(({ severity }) => severity === undefined);
  const findings = (broken.length > 0 ? broken : ruleFindings(document))
    .map((finding): Finding => ({ ...finding, pointer: oldPointer(finding.pointer, pointers) }))
    // What is missing because it could not be read has been told.
    .filter(({ code, pointer }) => errors.length === 0 || (code !== 'missing-key' && !errors.some((error) => error.pointer.startsWith(pointer))));
  return { translation, document, pointers, findings };
}

/** The place of the nearest part that was said. */
export function oldPointer(pointer: string, pointers: Readonly<Record<string, string>>): string {
  let known = pointer;
  while (known !== '' && !Object.hasOwn(pointers, known)) known = known.slice(0, known.lastIndexOf('/'));
  return pointers[known] ?? '';
}
