/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { AliasPath, Metadata, QualifiedName, SecretReference } from '../shared/naming.generated.ts';

/** A domain name under which a cluster of an application is reached. */
export interface DomainMapping {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'DomainMapping';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: DomainMappingSpec;
}

/** Which domain leads to which cluster. */
export interface DomainMappingSpec {
  /** The application, or `tenant/application` for one that the tenant signed up to. */
  application: QualifiedName;
  /** The alias path of the cluster. */
  cartridge: AliasPath;
  /** The domain. */
  domainName: string;
  /** The path below which the cluster is reached. */
  contextPath?: string;
  /** The certificate and key for the domain. */
  tls?: SecretReference;
}
