/** What is shown of an application: folded once, at the end of a pass, from plan, observed and desired. */

import type { AliasPath, ApplicationId, ClusterId, MemberId, NetworkPartitionName, ObjectId, PartitionId, TenantName } from '../../schemas/ids.ts';
import type { MemberStatus, Serving } from '../../schemas/messages/report.ts';

export type ComponentStatus = 'Created' | 'Active' | 'Inactive' | 'Terminating';

export interface ApplicationStatus {
  readonly id: ApplicationId;
  readonly name: string;
  readonly tenant: TenantName;
  readonly status: ComponentStatus;
  readonly revision: string;
  readonly members: { readonly wanted: number; readonly active: number };
  readonly instances: readonly InstanceStatus[];
}

export interface InstanceStatus {
  readonly networkPartition: NetworkPartitionName;
  readonly status: ComponentStatus;
  readonly groups: readonly GroupStatus[];
  readonly clusters: readonly ClusterStatus[];
}

export interface GroupStatus {
  readonly alias: string;
  readonly path: AliasPath;
  readonly ordinal: number;
  readonly status: ComponentStatus;
  readonly groups: readonly GroupStatus[];
  readonly clusters: readonly ClusterStatus[];
}

export interface ClusterStatus {
  readonly id: ClusterId;
  readonly alias: string;
  readonly cartridge: string;
  readonly status: ComponentStatus;
  readonly min: number;
  readonly max: number;
  readonly members: readonly MemberView[];
}

export interface MemberView {
  readonly id: MemberId;
  readonly slot: number;
  readonly incarnation: number;
  readonly status: MemberStatus;
  readonly serving: Serving;
  readonly partition: PartitionId;
  readonly endpoints: readonly { readonly port: string; readonly url: string }[];
  readonly artifacts: readonly { readonly repository: string; readonly commit: ObjectId }[];
  /** When the launch was decided, RFC 3339. */
  readonly since: string;
  readonly remark: string;
}
