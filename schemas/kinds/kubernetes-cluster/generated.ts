/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Port, SecretReference } from '../shared/naming.generated.ts';
import type { Properties } from '../shared/launch.generated.ts';

/** A Kubernetes cluster that partitions can name. */
export interface KubernetesCluster {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'KubernetesCluster';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: KubernetesClusterSpec;
}

/** Where its API is, and how to log in. */
export interface KubernetesClusterSpec {
  /** The URL of its API. */
  server: string;
  /** The certificate that its API is trusted by. */
  certificateAuthority?: SecretReference;
  /** The token or client certificate to log in with. */
  credentials?: SecretReference;
  /** The node ports that may be used. */
  portRange?: {
    /** The first. */
    lower: Port;
    /** The last. */
    upper: Port;
  };
  /** Launch settings for everything placed there. */
  properties?: Properties;
}
