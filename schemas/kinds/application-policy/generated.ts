/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Name } from '../shared/naming.generated.ts';

/** Which network partitions an application uses, and in which order. */
export interface ApplicationPolicy {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'ApplicationPolicy';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApplicationPolicySpec;
}

/** Groups of network partitions. */
export interface ApplicationPolicySpec {
  /** `one-after-another`: the first group, and the next when it is full; `all-at-once`: every group from the start. */
  algorithm?: 'one-after-another' | 'all-at-once';
  /**
   * Groups in order; the network partitions of one group are used together.
   *
   * @minItems 1
   * @maxItems 64
   */
  networkPartitionGroups: Name[][];
}
