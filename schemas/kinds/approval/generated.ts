/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Text } from '../shared/naming.generated.ts';

/** Releases one hold. */
export interface Approval {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'Approval';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApprovalSpec;
}

/** Which hold, why, and until when. */
export interface ApprovalSpec {
  /** The hold's id: a digest of exactly what it would do. */
  hold: string;
  /** Why it may go on. */
  reason: Text;
  /** When the approval ends, as an RFC 3339 time. */
  expires: string;
}
