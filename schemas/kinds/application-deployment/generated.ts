/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Metadata, Name } from '../shared/naming.generated.ts';

/** Runs an application that the old Stratos JSON defines: the old `deploy` call as a document. */
export interface ApplicationDeployment {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'ApplicationDeployment';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApplicationDeploymentSpec;
}

/** Which application runs, and by which policy. */
export interface ApplicationDeploymentSpec {
  /** The application's name. */
  application: Name;
  /** The name of an ApplicationPolicy. When left out: one after another over the network partitions that all its deployment policies share. */
  applicationPolicy?: Name;
  /** Whether it runs. */
  deployed?: boolean;
}
