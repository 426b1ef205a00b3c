/** What an agent should be. The last one wins: it is the whole wish, never a delta. */

import type { Digest, MemberId, ObjectId, RepositoryId } from '../ids.ts';
import type { Generation } from './envelope.ts';

/** One bundle that the member should have on disk. */
export interface AssignedArtifact {
  readonly repository: RepositoryId;
  readonly commit: ObjectId;
  readonly digest: Digest;
  /** Signed for the member, on the agents' listener; relative to the join configuration's `artifactsUrl`. */
  readonly url: string;
  readonly bytes: number;
}

/** A neighbour that may be sent requests. */
export interface Peer {
  readonly member: MemberId;
  /** Alias path of the peer's cluster, e.g. `tiers/api`. */
  readonly cluster: string;
  /** Port name of the cartridge's port mapping → where it listens. */
  readonly endpoints: Readonly<Record<string, { readonly protocol: string; readonly host: string; readonly port: number }>>;
  /** What the peer publishes under its cartridge's metadata keys. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly commits: Readonly<Record<RepositoryId, ObjectId>>;
}

export interface Assignment {
  readonly generation: Generation;
  readonly artifacts: readonly AssignedArtifact[];
  /** Clusters that this member sends requests to: those that it imports from, or balances. Sorted by member id. */
  readonly peers: readonly Peer[];
  /** Environment variable → the peers' cluster and the metadata key that it takes its value from. */
  readonly imports: Readonly<Record<string, { readonly cluster: string; readonly key: string }>>;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * `serve`: be ready for requests; when an artifact changes, hold new requests at the port, swap, go on.
   * `drain`: nobody sends new requests any more; finish what is in flight within `timeouts.drainMs`, then report
   * ready-to-shut-down.
   */
  readonly duty: 'serve' | 'drain';
  readonly timeouts: {
    readonly drainMs: number;
    readonly startMs: number;
    readonly extensionMs: number;
  };
}
