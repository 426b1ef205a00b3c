/**
 * The envelope around every message: CloudEvents 1.0 in JSON, with our own attributes beside it.
 * `data` is opaque here; `signature` covers everything else in canonical JSON.
 */

import type { InstallationId, MemberId } from '../ids.ts';

/** (epoch, counter): epochs compare first. An epoch is the lease term of the replica that decides. */
export interface Generation {
  readonly epoch: number;
  readonly counter: number;
}

export function compareGenerations(a: Generation, b: Generation): number {
  return a.epoch - b.epoch || a.counter - b.counter;
}

export type MessageType = 'stratos.assign.v1' | 'stratos.report.v1';

export interface Envelope<Data = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: MessageType;
  readonly subject: MemberId;
  /** RFC 3339. Informative: no decision rests on a sender's clock. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly installation: InstallationId;
  readonly shard: number;
  readonly epoch: number;
  readonly generation: number;
  readonly sequence: number;
  readonly data: Data;
  /** base64url: Ed25519 by the reconciler on `assign`, HMAC-SHA-256 with the member's key on `report`. */
  readonly signature: string;
}

/** An assignment fits in its message; a report too. Larger ones are refused before they are parsed. */
export const messageBytesMax = 64 * 1024;
export const shardCount = 64;
