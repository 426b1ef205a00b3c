/** The TypeScript type of each kind's documents, as its schema says it. */

import type { Application } from './application/generated.ts';
import type { ApplicationDeployment } from './application-deployment/generated.ts';
import type { ApplicationPolicy } from './application-policy/generated.ts';
import type { ApplicationSignUp } from './application-sign-up/generated.ts';
import type { ApplicationTemplate } from './application-template/generated.ts';
import type { Approval } from './approval/generated.ts';
import type { AutoscalingPolicy } from './autoscaling-policy/generated.ts';
import type { Cartridge } from './cartridge/generated.ts';
import type { CartridgeGroup } from './cartridge-group/generated.ts';
import type { DeploymentPolicy } from './deployment-policy/generated.ts';
import type { DomainMapping } from './domain-mapping/generated.ts';
import type { KubernetesCluster } from './kubernetes-cluster/generated.ts';
import type { NetworkPartition } from './network-partition/generated.ts';
import type { Tenant } from './tenant/generated.ts';

/** Kind → type of its documents. */
export interface DocumentOfKind {
  Application: Application;
  ApplicationDeployment: ApplicationDeployment;
  ApplicationPolicy: ApplicationPolicy;
  ApplicationSignUp: ApplicationSignUp;
  ApplicationTemplate: ApplicationTemplate;
  Approval: Approval;
  AutoscalingPolicy: AutoscalingPolicy;
  Cartridge: Cartridge;
  CartridgeGroup: CartridgeGroup;
  DeploymentPolicy: DeploymentPolicy;
  DomainMapping: DomainMapping;
  KubernetesCluster: KubernetesCluster;
  NetworkPartition: NetworkPartition;
  Tenant: Tenant;
}

/** A native document that meets the schema of its kind. */
export type NativeDocument = DocumentOfKind[keyof DocumentOfKind];
