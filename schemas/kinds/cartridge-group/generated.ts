/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Components } from '../shared/components.generated.ts';
import type { Metadata } from '../shared/naming.generated.ts';

/** Cartridges and groups under aliases, with their dependencies, for use in several applications. */
export interface CartridgeGroup {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'CartridgeGroup';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: CartridgeGroupSpec;
}

/** The same shape as an application's `components`. */
export type CartridgeGroupSpec = Components;
