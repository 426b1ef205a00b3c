/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Name } from '../shared/naming.generated.ts';

/** Where members go: partitions of network partitions, with an algorithm and limits. */
export interface DeploymentPolicy {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'DeploymentPolicy';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: DeploymentPolicySpec;
}

/** Network partitions in order, and what differs for children. */
export interface DeploymentPolicySpec {
  /** Network partition → how its partitions are filled; in order of preference. */
  networkPartitions: DeploymentPolicyNetworkPartitions;
  /** Alias path, from where the policy is attached, → what differs there. A network partition that a child's list lacks is not used by it. */
  childPolicies?: {
    [k: string]: DeploymentPolicyChildPolicy;
  };
}

/** Network partition → how its partitions are filled. */
export interface DeploymentPolicyNetworkPartitions {
  [k: string]: DeploymentPolicyPlacement;
}

/** How the partitions of one network partition are filled. */
export interface DeploymentPolicyPlacement {
  /** `round-robin`: the least filled first; `one-after-another`: the first until it is full. */
  algorithm?: 'round-robin' | 'one-after-another';
  /**
   * The partitions, in order.
   *
   * @minItems 1
   * @maxItems 64
   *
   * Items: One partition and its limit.
   */
  partitions: {
    /** The name of a partition of the network partition. */
    name: Name;
    /** The most members of one cluster instance there. */
    max: number;
  }[];
}

/** What differs for one child and all below it. */
export interface DeploymentPolicyChildPolicy {
  /** In place of those of the policy. */
  networkPartitions: DeploymentPolicyNetworkPartitions;
}
