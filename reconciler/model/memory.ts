/**
 * What a decision must remember: one bounded, plain JSON document per application, written under the epoch before
 * the actions that rest on it. Losing it may delay a removal or repeat one bounded attempt; it never causes a removal.
 */

import type { ClusterId, MemberId, RepositoryId, SourceName } from '../../schemas/ids.ts';
import type { Generation } from '../../schemas/messages/envelope.ts';
import type { BundleRef } from './observed.ts';
import type { Because } from './plan.ts';

export interface Memory {
  readonly version: 1;
  /** Where the application was read, so that its removal waits for that source's word; null before the first pass and after loss. */
  readonly origin: { readonly source: SourceName; readonly path: string } | null;
  /** The counter of the last generation handed out. */
  readonly counter: number;
  readonly rollouts: Readonly<Record<RepositoryId, Rollout>>;
  readonly drains: Readonly<Record<MemberId, Drain>>;
  /** Members taken out of the balancers for an artifact, since when. */
  readonly updating: Readonly<Record<MemberId, { readonly sinceMs: number }>>;
  readonly slots: Readonly<Record<SlotKey, SlotMemory>>;
  readonly assigned: Readonly<Record<MemberId, Assigned>>;
  /** Replacements that rested on silence, newest last, at most 100: what the breaker counts. */
  readonly silences: readonly { readonly cluster: ClusterId; readonly member: MemberId; readonly atMs: number }[];
  /** How the clusters that have members hung together when last planned: what an ordered removal needs once the definition is gone. */
  readonly clusters: Readonly<Record<ClusterId, RememberedCluster>>;
  /** Digest of the application's own document when its plan was last empty of removals: an edit of it is its own approval. */
  readonly approvedDocument: string | null;
  /** Clusters that have been Active once. */
  readonly activated: readonly ClusterId[];
  /** A removal that has begun is not counted against another one. */
  readonly withdrawal: { readonly sinceMs: number; readonly revision: string } | null;
}

/** `cluster#slot`. */
export type SlotKey = `${ClusterId}#${number}`;

export interface Rollout {
  readonly target: BundleRef;
  readonly lastGood: BundleRef | null;
  readonly verdict: 'rolling' | 'good' | 'failed';
  readonly reason: string;
  readonly sinceMs: number;
}

export interface RememberedCluster {
  readonly startsAfter: readonly ClusterId[];
  readonly drainTimeoutMs: number;
}

export interface Drain {
  readonly sinceMs: number;
  readonly deadlineMs: number;
  /** Why it was taken out. */
  readonly because: Because;
}

export interface SlotMemory {
  /** The highest incarnation handed out. */
  readonly incarnation: number;
  /** The highest incarnation whose end has been counted. */
  readonly ended: number;
  /** Lives in a row that ended before they were Active long enough to be trusted. */
  readonly failures: number;
  readonly notBeforeMs: number;
}

export interface Assigned {
  readonly generation: Generation;
  /** Digest of the wish without its generation. */
  readonly digest: string;
  /** Digest of the peers in it: what a balancer acknowledges by applying it. */
  readonly peersDigest: string;
  readonly sentAtMs: number;
}

export const emptyMemory: Memory = {
  version: 1, origin: null, counter: 0, rollouts: {}, drains: {}, updating: {}, slots: {}, assigned: {}, silences: [],
  clusters: {}, approvedDocument: null, activated: [], withdrawal: null,
};
