/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Components, Count, Update } from '../shared/components.generated.ts';
import type { Metadata, Name, Text } from '../shared/naming.generated.ts';

/** An application: cartridges and groups that run together. A native application is deployed by being there; deleting the document undeploys it. */
export interface Application {
  /** The version of the format. */
  apiVersion: 'stratos/v1';
  /** What the document defines. */
  kind: 'Application';
  /** What the document is called. */
  metadata: Metadata;
  /** What is wanted. */
  spec: ApplicationSpec;
}

/** What runs, and by which policies. */
export interface ApplicationSpec {
  /** Whether it runs. An application that is not deployed is read, checked and planned. */
  deployed?: boolean;
  /** Whether other tenants may sign up. */
  multiTenant?: boolean;
  /** The name of an ApplicationPolicy: which network partitions are used, and in which order. When left out: one after another over those that all its deployment policies share. */
  applicationPolicy?: Name;
  /** The name of a DeploymentPolicy for all components that name none. */
  deploymentPolicy?: Name;
  /** The name of an AutoscalingPolicy for all components that name none. */
  autoscalingPolicy?: Name;
  /** How changes reach the members, for all components that do not say. */
  update?: Update;
  /** Cartridges, groups and their dependencies. Beside a template: overrides of what the template brings. */
  components?: Components;
  /** Alias path → what is taken out of the reconciler's hands for a while. */
  maintenance?: {
    [k: string]: ApplicationMaintenance;
  };
  /** The name of an ApplicationTemplate that brings the components. */
  template?: Name;
  /** Which of the template's patterns to use. */
  pattern?: Name;
  /** Values of the template's parameters. */
  parameters?: {
    /** The value of the parameter. */
    [k: string]: string | number | boolean;
  };
}

/** Manual scaling and hands-off, with a reason and an end. */
export interface ApplicationMaintenance {
  /** Run exactly so many, whatever the load. */
  members?: Count;
  /** Whether the number of members may follow the load. */
  autoscaling?: boolean;
  /** Whether lost members are replaced. */
  healing?: boolean;
  /** When this ends, as an RFC 3339 time. */
  until: string;
  /** Why, for those who look at it. */
  reason: Text;
}
