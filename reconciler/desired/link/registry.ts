/**
 * Every document by its identity. Invariant: two documents with one identity both stand here, and neither can be used.
 * Changed files are replaced in a copy, so that the cost of a change is the cost of what changed.
 */

import { documentRef, type DocumentRef, type TenantName } from '../../../schemas/ids.ts';
import { kinds, type KindName } from '../../../schemas/kinds/index.ts';
import type { NativeDocument } from '../../../schemas/kinds/documents.ts';
import type { Origin, Problem } from '../../model/problem.ts';
import type { ParsedDocument, ParsedFile } from '../parse/parsed.ts';
import type { LinkSource } from './input.ts';

/** One document where it stands. */
export interface Entry {
  readonly ref: DocumentRef;
  readonly kind: KindName;
  readonly tenant: TenantName;
  readonly name: string;
  readonly dialect: ParsedDocument['dialect'];
  /** Null: it has errors, which `problems` tells. */
  readonly value: NativeDocument | null;
  /** The errors of the document by itself. */
  readonly problems: readonly Problem[];
  readonly origin: Origin;
  readonly pointers: Readonly<Record<string, string>> | null;
}

/** By kind, so that a change copies only the kinds that it touches. */
export interface Registry {
  get(ref: DocumentRef): readonly Entry[] | undefined;
  /** The documents of a kind; those that share an identity stand together. */
  ofKind(kind: KindName): Iterable<readonly Entry[]>;
}

type OfKind = ReadonlyMap<DocumentRef, readonly Entry[]>;

class KindRegistry implements Registry {
  readonly kinds: ReadonlyMap<KindName, OfKind>;
  constructor(of: ReadonlyMap<KindName, OfKind>) {
    this.kinds = of;
  }

  get(ref: DocumentRef): readonly Entry[] | undefined {
    return this.kinds.get(kindOf(ref))?.get(ref);
  }

  ofKind(kind: KindName): Iterable<readonly Entry[]> {
    return this.kinds.get(kind)?.values() ?? [];
  }
}

export const emptyRegistry: Registry = new KindRegistry(new Map());

/** A reference begins with its kind. */
export function kindOf(ref: DocumentRef): KindName {
  return ref.slice(0, ref.indexOf(' ')) as KindName;
}

/** What one file gives: its documents, and all its problems with the file named in them. */
export interface FileEntries {
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

export function entriesOf(source: LinkSource, path: string, file: ParsedFile): FileEntries {
  const refs = new Map(file.documents.map(({ index, kind, name }) => [index, documentRef({ kind, tenant: source.tenant, name })]));
  const problems = file.problems.map(({ document, ...problem }): Problem => {
    const ref = document === null ? undefined : refs.get(document);
    return { ...problem, source: source.name, file: path, ...(ref === undefined ? {} : { document: ref }) };
  });
  const misplaced: Problem[] = [];
  const entries = file.documents.flatMap((document): Entry[] => {
    const { index, kind, name, value, dialect } = document;
    const ref = documentRef({ kind, tenant: source.tenant, name });
    const origin: Origin = { source: source.name, revision: source.revision, path, document: index, pointer: '' };
    const entry: Entry = {
      ref, kind, tenant: source.tenant, name, dialect, value, origin, pointers: document.pointers ?? null,
      problems: problems.filter((problem) => problem.severity === 'error' && problem.document === ref),
    };
    if (kinds[kind].scope === 'any' || source.scope === 'platform') return [entry];
    misplaced.push(problemAt(entry, '/kind', 'kind-not-allowed-here', `a ${kind} can only be defined in a source of the platform; this one belongs to the tenant ${JSON.stringify(source.tenant)}`));
    return [];
  });
  return { entries, problems: [...problems, ...misplaced] };
}

/** An error in an entry's document. Its line is looked up later, from the text. */
export function problemAt(entry: Entry, pointer: string, code: string, message: string, severity: Problem['severity'] = 'error'): Problem {
  const origin = originIn(entry, pointer);
  return { severity, code, message, source: origin.source, file: origin.path, line: null, column: null, pointer: origin.pointer, document: entry.ref };
}

/** A place in an entry's document, as its file has it. */
export function originIn(entry: Entry, pointer: string): Origin {
  if (entry.pointers === null) return { ...entry.origin, pointer };
  let known = pointer;
  while (known !== '' && !Object.hasOwn(entry.pointers, known)) known = known.slice(0, known.lastIndexOf('/'));
  return { ...entry.origin, pointer: Object.hasOwn(entry.pointers, known) ? `${entry.pointers[known] ?? ''}` : '' };
}

/** The problems of documents that share an identity: one on each. */
export function clashes(entries: readonly Entry[]): Problem[] {
  if (entries.length < 2) return [];
  const place = ({ origin }: Entry): string => `${origin.path}${origin.document === 0 ? '' : `, document ${origin.document + 1}`} of ${origin.source}`;
  return entries.map((entry) => problemAt(entry, '/metadata/name', 'duplicate-identity',
    `another ${entry.kind} ${JSON.stringify(entry.name)} of the tenant ${JSON.stringify(entry.tenant)} stands in ${entries.filter((other) => other !== entry).map(place).join(' and ')}; none of them is used`));
}

/** The registry with some entries taken out and others put in. */
export function withEntries(registry: Registry, removed: readonly Entry[], added: readonly Entry[]): Registry {
  if (!(registry instanceof KindRegistry)) throw new TypeError('a registry is made here only');
  const copies = new Map<KindName, Map<DocumentRef, readonly Entry[]>>();
  const copyOf = (kind: KindName): Map<DocumentRef, readonly Entry[]> => {
    const copy = copies.get(kind) ?? new Map(registry.kinds.get(kind));
    copies.set(kind, copy);
    return copy;
  };
  for (const entry of removed) {
    const copy = copyOf(entry.kind);
    const rest = (copy.get(entry.ref) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) copy.delete(entry.ref);
    else copy.set(entry.ref, rest);
  }
  for (const entry of added) copyOf(entry.kind).set(entry.ref, [...(copyOf(entry.kind).get(entry.ref) ?? []), entry]);
  return new KindRegistry(new Map([...registry.kinds, ...copies]));
}
