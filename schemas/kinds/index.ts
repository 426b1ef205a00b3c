/**
 * The kinds of native documents: one line registers a kind.
 * Schemas are JSON Schema 2020-12; references between them are relative to this folder.
 */

import application from './application/schema.json' with { type: 'json' };
import applicationDeployment from './application-deployment/schema.json' with { type: 'json' };
import applicationPolicy from './application-policy/schema.json' with { type: 'json' };
import applicationSignUp from './application-sign-up/schema.json' with { type: 'json' };
import applicationTemplate from './application-template/schema.json' with { type: 'json' };
import approval from './approval/schema.json' with { type: 'json' };
import autoscalingPolicy from './autoscaling-policy/schema.json' with { type: 'json' };
import cartridge from './cartridge/schema.json' with { type: 'json' };
import cartridgeGroup from './cartridge-group/schema.json' with { type: 'json' };
import deploymentPolicy from './deployment-policy/schema.json' with { type: 'json' };
import domainMapping from './domain-mapping/schema.json' with { type: 'json' };
import kubernetesCluster from './kubernetes-cluster/schema.json' with { type: 'json' };
import networkPartition from './network-partition/schema.json' with { type: 'json' };
import tenant from './tenant/schema.json' with { type: 'json' };
import components from './shared/components.schema.json' with { type: 'json' };
import launch from './shared/launch.schema.json' with { type: 'json' };
import naming from './shared/naming.schema.json' with { type: 'json' };

/** The version that heads every native document. */
export const apiVersion = 'stratos/v1';

/** A JSON Schema, as a plain value. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Where a kind may be defined: in the platform's own source only, or in a tenant's as well. */
export type Scope = 'platform' | 'any';

export interface Kind {
  /** The folder below `schemas/kinds/`. */
  readonly folder: string;
  readonly schema: JsonSchema;
  readonly scope: Scope;
}

const kind = (folder: string, schema: JsonSchema, scope: Scope = 'any'): Kind => ({ folder, schema, scope });

/** Every kind by its name, as `kind` says it in a document. */
export const kinds = {
  Application: kind('application', application),
  ApplicationDeployment: kind('application-deployment', applicationDeployment),
  ApplicationPolicy: kind('application-policy', applicationPolicy),
  ApplicationSignUp: kind('application-sign-up', applicationSignUp),
  ApplicationTemplate: kind('application-template', applicationTemplate),
  Approval: kind('approval', approval),
  AutoscalingPolicy: kind('autoscaling-policy', autoscalingPolicy),
  Cartridge: kind('cartridge', cartridge),
  CartridgeGroup: kind('cartridge-group', cartridgeGroup),
  DeploymentPolicy: kind('deployment-policy', deploymentPolicy),
  DomainMapping: kind('domain-mapping', domainMapping),
  KubernetesCluster: kind('kubernetes-cluster', kubernetesCluster, 'platform'),
  NetworkPartition: kind('network-partition', networkPartition, 'platform'),
  Tenant: kind('tenant', tenant, 'platform'),
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as readonly KindName[];

export function isKindName(text: string): text is KindName {
  return Object.hasOwn(kinds, text);
}

/** The schemas that the kinds' schemas refer to, by path below `schemas/kinds/`. */
export const sharedSchemas: Readonly<Record<string, JsonSchema>> = {
  'shared/components.schema.json': components,
  'shared/launch.schema.json': launch,
  'shared/naming.schema.json': naming,
};

/** The path of a kind's schema below `schemas/kinds/`: the base of its relative references. */
export function schemaPath(name: KindName): string {
  return `${kinds[name].folder}/schema.json`;
}
