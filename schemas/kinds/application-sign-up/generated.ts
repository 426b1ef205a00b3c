/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { ArtifactRepository } from '../shared/components.generated.ts';
import type { Metadata, QualifiedName } from '../shared/naming.generated.ts';

/** A tenant's use of another tenant's application, with artifacts of its own. */
export interface ApplicationSignUp {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'ApplicationSignUp';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApplicationSignUpSpec;
}

/** Which application, and which artifacts. */
export interface ApplicationSignUpSpec {
  /** `tenant/application`. */
  application: QualifiedName;
  /** Alias path → the tenant's own artifact repository. */
  artifactRepositories?: {
    [k: string]: ArtifactRepository;
  };
}
