/** What is checked of a document that other documents refer to, whether or not an application uses it. */

import type { KindName } from '../../../../schemas/kinds/index.ts';
import type { Finder, Found } from '../finder.ts';
import { checkCartridgeGroup } from './cartridge-group.ts';
import { checkApplicationDeployment, checkApplicationPolicy, checkNetworkPartition, checkTenant } from './references.ts';
import { checkDeploymentPolicy } from './deployment-policy.ts';

type Check<K extends KindName> = (document: Found<K>, finder: Finder) => void;

const checks: { readonly [K in KindName]?: Check<K> } = {
  ApplicationDeployment: checkApplicationDeployment,
  ApplicationPolicy: checkApplicationPolicy,
  CartridgeGroup: checkCartridgeGroup,
  DeploymentPolicy: checkDeploymentPolicy,
  NetworkPartition: checkNetworkPartition,
  Tenant: checkTenant,
};

export function isChecked(kind: KindName): boolean {
  return kind in checks;
}

/** Reports to the finder what is wrong with how the document refers to others. */
export function checkDocument<K extends KindName>(kind: K, document: Found<K>, finder: Finder): void {
  (checks[kind] as Check<K> | undefined)?.(document, finder);
}

