/**
 * What an IaaS must offer: four verbs over resources. A new feature is a field of the launch and a word in `supports`.
 * Every verb is idempotent: `ensure` of a launch that runs is done, `release` of what is gone is done.
 */

import type { ApplicationId, ClusterId, Digest, InstallationId, MemberId, PartitionId, ProviderName, TenantName } from '../../schemas/ids.ts';
import type { DesiredPartition } from '../model/desired.ts';
import type { Launch } from '../model/launch.ts';
import type { Outcome } from '../model/outcome.ts';

export interface Provider {
  readonly name: ProviderName;
  /** The kind of IaaS: `local`, `ec2` … */
  readonly iaas: string;
  readonly supports: ReadonlySet<'members' | 'volumes' | 'addresses' | 'limits' | 'own-user'>;
  /** What the provider can not do here and why, for people. */
  readonly remarks: readonly string[];
  /** What stands there with our installation's tags. `complete: false` proves nothing by absence. Never throws: a failure is incomplete. */
  list(): Promise<Inventory>;
  /** Starts the member with the identity it needs to join; re-sent as it is until it is seen. */
  ensure(launch: Launch, join: JoinConfiguration): Promise<Outcome>;
  /** Ends the member and everything that it left: processes, directory, ports. */
  release(member: MemberId): Promise<Outcome>;
  /** What would keep launches from working there; empty when all is well. */
  check(partition: DesiredPartition): Promise<readonly string[]>;
  /** Calls back when something may have changed: a hint to list again, never a fact. */
  watch(onHint: () => void): Promise<{ close(): Promise<void> }>;
  /** Lets go of what the provider holds in this process; members run on. */
  close(): Promise<void>;
}

export interface Inventory {
  readonly items: readonly InventoryItem[];
  readonly complete: boolean;
  readonly asOfMs: number;
  readonly failure: string | null;
}

export interface InventoryItem {
  readonly member: MemberId;
  readonly tags: MemberTags;
  /** `failed`: it is there, but will not come back by itself. */
  readonly state: 'running' | 'failed';
  /** The provider's own id for it: process id, instance id. */
  readonly instance: string;
  readonly detail: string;
}

/**
 * What every resource carries, so that a restart adopts by what is there. An item in state `failed` whose `application` is empty
 * is a remainder that nothing names any more: it can only be released.
 */
export interface MemberTags {
  readonly installation: InstallationId;
  readonly tenant: TenantName;
  readonly application: ApplicationId;
  readonly cluster: ClusterId;
  readonly slot: number;
  readonly incarnation: number;
  readonly partition: PartitionId;
  readonly launchDigest: Digest;
  readonly epoch: number;
  readonly launchedAtMs: number;
}

/** What an agent needs to find home and to prove who it is. Secret: handed to the provider, never stored in the store or logged. */
export interface JoinConfiguration {
  readonly installation: InstallationId;
  readonly member: MemberId;
  readonly address: { readonly shard: number; readonly tenant: string; readonly application: string; readonly cluster: string };
  readonly brokerUrl: string;
  /** base64url; the member's own HMAC key. */
  readonly memberKey: string;
  /** base64url of the raw Ed25519 public key with which assignments are signed. */
  readonly reconcilerPublicKey: string;
  /** Base of the agents' listener; the URLs of bundles are relative to it. */
  readonly artifactsUrl: string;
  readonly launch: Launch;
  readonly reportEveryMs: number;
}
