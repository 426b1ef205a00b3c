/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Name } from '../shared/naming.generated.ts';
import type { Properties } from '../shared/launch.generated.ts';

/** A part of a cloud, or a whole one: partitions between which members are spread. */
export interface NetworkPartition {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'NetworkPartition';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: NetworkPartitionSpec;
}

/** The provider and its partitions. */
export interface NetworkPartitionSpec {
  /** The name of a provider of the platform's configuration; its credentials stand there. */
  provider: Name;
  /** Launch settings for all its partitions. */
  properties?: Properties;
  /**
   * The partitions, in order.
   *
   * @minItems 1
   * @maxItems 256
   */
  partitions: NetworkPartitionPartition[];
}

/** A zone, a region, a host or a namespace. */
export interface NetworkPartitionPartition {
  /** Unique in the network partition. */
  name: Name;
  /** The region, as the provider names it. */
  region?: string;
  /** The zone, as the provider names it. */
  zone?: string;
  /** The name of a KubernetesCluster. */
  cluster?: Name;
  /** The namespace in the Kubernetes cluster. */
  namespace?: Name;
  /** Launch settings for this partition. */
  properties?: Properties;
}
