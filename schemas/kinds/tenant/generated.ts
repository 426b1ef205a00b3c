/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Count } from '../shared/components.generated.ts';
import type { Metadata, Name, Percentage, Quantity, SecretName, Text } from '../shared/naming.generated.ts';

/** A tenant of the platform: its sources of definitions, its limits and its people. */
export interface Tenant {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'Tenant';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: TenantSpec;
}

/** Where its definitions come from, and what it may use. */
export interface TenantSpec {
  /** What people call it. */
  displayName?: Text;
  /** Inactive: nothing new starts, nothing is removed. */
  active?: boolean;
  /**
   * Where its definitions come from.
   *
   * @maxItems 64
   */
  sources?: TenantSource[];
  /**
   * URL prefixes, ending at a path boundary, below which its artifact repositories have to lie. When left out: none may be used, except by the platform's own tenant, which may use any.
   *
   * @maxItems 256
   *
   * Items: A URL prefix.
   */
  repositories?: string[];
  /**
   * Its domain mappings have to lie at or below these.
   *
   * @maxItems 256
   *
   * Items: A domain name.
   */
  domains?: string[];
  /**
   * The network partitions it may use. When left out: all.
   *
   * @maxItems 256
   */
  networkPartitions?: Name[];
  /** What it may use in all. */
  quota?: {
    /** Members at the same time. */
    members?: Count;
    /** Bytes of all volumes together. */
    volumes?: Quantity;
  };
  /** Role → who has it, e.g. `oidc:acme-leads`. */
  roles?: {
    /**
     * Users and groups.
     *
     * @maxItems 256
     *
     * Items: A user or a group, as the login names it.
     */
    [k: string]: string[];
  };
  /** Which commits need a second person. */
  approval?: {
    /** The share of its members above which a commit that removes them waits. */
    removesOver?: Percentage;
    /** The role that may approve. */
    by?: Name;
    /** Whether the author of a commit may not approve it. */
    notTheAuthor?: boolean;
  };
}

/** A repository of definitions. */
export interface TenantSource {
  /** https, http or ssh. */
  url: string;
  /** The branch to follow. */
  branch?: string;
  /** The folder to read. */
  path?: string;
  /** The name of the secret that opens the repository. */
  secret?: SecretName;
  /**
   * Key rings, one of which has to have signed the commit.
   *
   * @maxItems 32
   */
  signedBy?: SecretName[];
}
