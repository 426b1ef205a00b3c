/**
 * What a transport must offer: two verbs over any broker.
 *   assign: a mailbox per member, the last value wins.
 *   report: at least once, from any member to the reconciler, by shard.
 * Bytes are opaque here: they are sealed and opened by `envelope.ts` at both ends. A broker outage loses no state,
 * because both ends assert theirs again; a transport only promises to come back by itself and to say how it is.
 */

import type { InstallationId, MemberId } from '../../schemas/ids.ts';

/** Where a member's mail goes. Each field is one word of the routing key, so none holds a dot, a slash, `#`, `+` or `*`. */
export interface MemberAddress {
  readonly shard: number;
  readonly tenant: string;
  readonly application: string;
  readonly cluster: string;
  readonly member: MemberId;
}

export type LinkState =
  | { readonly connected: true }
  | { readonly connected: false; readonly reason: string };

export interface ConnectOptions {
  /** `amqp://user:password@host:port/vhost`, `mqtt://…`, `memory://name`. */
  readonly url: string;
  readonly installation: InstallationId;
  readonly onState: (state: LinkState) => void;
  /** Messages above this are refused before they are parsed, and counted through `onRefused`. */
  readonly messageBytesMax: number;
  readonly onRefused: (why: string) => void;
}

/** The reconciler's end. */
export interface ReconcilerLink {
  /** Resolves when the broker has taken it; rejects when not connected or not confirmed within its own time-out. */
  assign(to: MemberAddress, message: Uint8Array): Promise<void>;
  /** Removes a member's mailbox and what else the broker keeps of it; idempotent. Rejects as `assign` does. */
  forget(member: MemberAddress): Promise<void>;
  close(): Promise<void>;
}

/** A member's end. */
export interface AgentLink {
  /**
   * Resolves when the broker has taken it, when a newer one took its place, or when it waits for a connection: only the
   * newest waits, and it is sent by itself. Rejects what is too large, and everything once the link is closed.
   */
  report(message: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface Transport {
  readonly name: 'amqp' | 'mqtt' | 'memory';
  readonly schemes: readonly string[];
  /**
   * Takes reports of the given shards, also the newest of a member that reported before. A message is acknowledged when
   * `onReport` resolves; one that throws is counted and dropped, never redelivered for ever.
   */
  connectReconciler(options: ConnectOptions & {
    readonly shards: readonly number[];
    readonly onReport: (message: Uint8Array) => Promise<void> | void;
  }): Promise<ReconcilerLink>;
  /**
   * Receives the last assignment at once (when there is one), again after each loss of the connection, then each newer one.
   * A burst may be cut down to its last. Resolves as soon as the link is set up, connected or not yet.
   */
  connectAgent(options: ConnectOptions & {
    readonly address: MemberAddress;
    readonly onAssignment: (message: Uint8Array) => void;
  }): Promise<AgentLink>;
}
