/**
 * What one file holds, as plain JSON: it depends on the bytes alone, so it is kept by blob id.
 * Invariant: a document whose `value` is not null meets the schema and the rules of its kind.
 */

import type { KindName } from '../../../schemas/kinds/index.ts';
import type { NativeDocument } from '../../../schemas/kinds/documents.ts';

/** Raise it when the same bytes would be read differently: results kept under another number are not used. */
export const parsedFormat = 2;

export interface ParsedFile {
  readonly documents: readonly ParsedDocument[];
  /** YAML that is not ours. */
  readonly ignored: readonly IgnoredDocument[];
  readonly problems: readonly FileProblem[];
  /** True: something in the file could not be read or identified, so what it defined may still be wanted. */
  readonly unreadable: boolean;
  /** Documents that concern an application which is only known when other files are. */
  readonly concerning?: readonly ConcerningDocument[];
}

/** A document in the old form that does not name its application, or names a place in it by an alias alone. */
export interface ConcerningDocument extends ParsedDocument {
  /** What it says of its application; null: it stands in the same folder. */
  readonly application: string | null;
}

export interface ParsedDocument {
  /** Its place in the file, from 0; empty documents count. */
  readonly index: number;
  /** Line of its first key, from 1. */
  readonly line: number;
  readonly dialect: 'native' | 'stratos4';
  readonly kind: KindName;
  readonly name: string;
  /** Null when it has errors: then it only says which document is broken. */
  readonly value: NativeDocument | null;
  /** Where the parts of `value` stand in the file when it was read from another form: pointer in `value` → pointer in the file. */
  readonly pointers?: Readonly<Record<string, string>>;
}

export interface IgnoredDocument {
  readonly index: number;
  readonly reason: string;
}

/** A Problem before it is known in which source and file the bytes stand. */
export interface FileProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly pointer?: string;
  readonly hint?: string;
  /** Index of the document within the file; null when the whole file is meant. */
  readonly document: number | null;
}

/** A finding on one document, before its line is looked up. */
export interface Finding {
  readonly severity?: 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  /** Whether the key itself is meant, or what it holds. */
  readonly at: 'key' | 'value';
  readonly hint?: string;
}
