/**
 * One snapshot of what is, for one application, clock included. The planner reads nothing else of the world.
 */

import type { ClusterId, Digest, MemberId, ObjectId, PartitionId, ProviderName, RepositoryId } from '../../schemas/ids.ts';
import type { Report } from '../../schemas/messages/report.ts';
import type { Launch } from './launch.ts';

export interface Observed {
  readonly nowMs: number;
  /** The lease term under which this replica decides; at least every epoch that an agent or a tag reports. */
  readonly epoch: number;
  readonly members: ReadonlyMap<MemberId, ObservedMember>;
  readonly artifacts: ReadonlyMap<RepositoryId, ObservedArtifact>;
  /** Offerings that answered "no capacity" lately. */
  readonly offerings: ReadonlyMap<PartitionId, { readonly quarantinedUntilMs: number; readonly why: string }>;
  readonly providers: ReadonlyMap<ProviderName, { readonly complete: boolean; readonly asOfMs: number }>;
  /** Members with an action that has not landed yet: nothing else is begun for them, so nothing may be remembered as done. */
  readonly inFlight: ReadonlySet<MemberId>;
  /** Since when the reconciler hears the agents; null while it does not. Silence counts from here. */
  readonly hearingSinceMs: number | null;
}

export interface ObservedMember {
  readonly id: MemberId;
  readonly cluster: ClusterId;
  readonly slot: number;
  readonly incarnation: number;
  readonly partition: PartitionId;
  readonly provider: ProviderName;
  readonly launchDigest: Digest;
  /** When its launch was decided. */
  readonly launchedAtMs: number;
  /**
   * `asked`: an intent stands, no list of its provider shows it yet. `running`: its provider lists it as alive.
   * `failed`: its provider lists it, but broken: it will not come back by itself and must be released.
   * `gone`: its provider says so, or two complete lists lack it.
   */
  readonly presence: 'asked' | 'running' | 'failed' | 'gone';
  /** The exact launch as it was intended; null when only tags tell of the member. */
  readonly launch: Launch | null;
  /** Attempts to start it that failed, for a member still `asked`. */
  readonly attempts: { readonly count: number; readonly lastError: string; readonly nextAtMs: number } | null;
  readonly report: ReceivedReport | null;
}

export interface ReceivedReport extends Report {
  readonly receivedAtMs: number;
}

export interface ObservedArtifact {
  /** The newest commit of the reference; null before the first successful look. */
  readonly head: { readonly commit: ObjectId; readonly message: string } | null;
  /** The bundle that the head stands for: the oldest commit known with this content, so that a commit outside the path changes nothing. */
  readonly bundle: BundleRef | null;
  /** Why the head or its bundle cannot be had; the last good bundle stays above. */
  readonly failure: string | null;
}

export interface BundleRef {
  readonly commit: ObjectId;
  readonly digest: Digest;
  readonly bytes: number;
}
