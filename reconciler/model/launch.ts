/** One life to be started: everything a provider needs, decided once and re-sent as it is. Plain JSON, free of secrets. */

import type { ApplicationId, ClusterId, Digest, MemberId, PartitionId, ProviderName, TenantName } from '../../schemas/ids.ts';
import type { LaunchSettings } from './desired.ts';

export interface Launch {
  readonly member: MemberId;
  readonly tenant: TenantName;
  readonly application: ApplicationId;
  readonly cluster: ClusterId;
  readonly slot: number;
  readonly incarnation: number;
  readonly provider: ProviderName;
  readonly partition: PartitionId;
  readonly settings: LaunchSettings;
  readonly digest: Digest;
  readonly epoch: number;
  readonly decidedAtMs: number;
}
