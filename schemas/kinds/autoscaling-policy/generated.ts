/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Duration, Metadata, Percentage, Text } from '../shared/naming.generated.ts';

/** When a cluster grows and shrinks. */
export interface AutoscalingPolicy {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'AutoscalingPolicy';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: AutoscalingPolicySpec;
}

/** Thresholds per member, and how fast to shrink. */
export interface AutoscalingPolicySpec {
  /** What people call it. */
  displayName?: Text;
  /** What it is for. */
  description?: Text;
  /** What one member may bear; a factor that is not named is not considered. */
  loadThresholds: {
    /** Requests per member. */
    requestsInFlight?: number;
    /** Percent of the memory. */
    memoryConsumption?: number;
    /** Percent of the processors. */
    loadAverage?: number;
  };
  /** What load average and memory consumption are set against: the members that now serve, or the minimum. */
  basis?: 'current' | 'minimum';
  /** How far ahead the load is predicted. */
  horizon?: Duration;
  /** How to shrink. */
  scaleDown?: {
    /** The highest need in this window counts. */
    stabilisation?: Duration;
    /** How far below the need has to be. */
    deadBand?: Percentage;
    /** How many members may go in which time. */
    atMost?: {
      /** How many. */
      members?: number;
      /** In which time. */
      per?: Duration;
    };
  };
}
