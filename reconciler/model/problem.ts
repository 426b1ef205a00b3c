/** Something wrong that a person can mend, said where it stands. */

import type { ApplicationId, DocumentRef, SourceName } from '../../schemas/ids.ts';

export interface Problem {
  /** An error holds what it concerns at its last good state; a warning and an info hold nothing. */
  readonly severity: 'error' | 'warning' | 'info';
  /** Stable and kebab-case, e.g. `unknown-reference`; listed in the reference of validation rules. */
  readonly code: string;
  /** What was found, what was expected, and the nearest valid name where there is one. Never holds a secret. */
  readonly message: string;
  readonly source: SourceName;
  readonly file: string;
  /** 1-based; null when the whole file or the source is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** JSON pointer (RFC 6901) within the document. */
  readonly pointer?: string;
  readonly document?: DocumentRef;
  /** The applications held because of it. */
  readonly applications?: readonly ApplicationId[];
  /** What would mend it, in one sentence. */
  readonly hint?: string;
}

/** Where a decision's input stands; line and column are resolved when shown, from the blob. */
export interface Origin {
  readonly source: SourceName;
  readonly revision: string;
  readonly path: string;
  /** Index of the document within its file. */
  readonly document: number;
  readonly pointer: string;
}
