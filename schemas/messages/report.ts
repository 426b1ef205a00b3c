/** What an agent says of itself. A report is the whole state, never a delta, and may come twice or late. */

import type { Digest, MemberId, ObjectId, RepositoryId } from '../ids.ts';
import type { Generation } from './envelope.ts';

/** Only moves forward. */
export const memberStatuses = [
  'created', 'initialized', 'starting', 'active', 'in-maintenance', 'ready-to-shut-down', 'terminated',
] as const;
export type MemberStatus = (typeof memberStatuses)[number];

export type Serving = 'yes' | 'no(starting)' | 'no(updating)' | 'no(draining)' | 'no(unhealthy)';

export interface ReportedArtifact {
  readonly repository: RepositoryId;
  readonly commit: ObjectId;
  readonly digest: Digest;
}

export interface RefusedArtifact extends ReportedArtifact {
  /** One line, at most 500 characters, fit to show. */
  readonly reason: string;
}

export interface HealthStatistics {
  /** Requests in flight, or open connections on a port that does not speak HTTP. */
  readonly requestsInFlight: number;
  /** Requests finished since the agent started, and those of them that the workload failed. */
  readonly requestsTotal: number;
  readonly requestsFailed: number;
  /** Percent of what the member may use. */
  readonly memoryConsumption: number;
  /** Percent of its cores. */
  readonly loadAverage: number;
}

export interface Report {
  readonly member: MemberId;
  /** True on the first report of an agent process: please send the assignment again. */
  readonly hello: boolean;
  /** How often this member's agent has started; kept across restarts. */
  readonly boots: number;
  readonly status: MemberStatus;
  readonly serving: Serving;
  /** The assignment whose every wish holds now; null before the first. */
  readonly applied: Generation | null;
  /** The newest assignment seen, applied or not. */
  readonly seen: Generation | null;
  readonly artifacts: readonly ReportedArtifact[];
  readonly refused: readonly RefusedArtifact[];
  readonly endpoints: readonly { readonly port: string; readonly protocol: string; readonly host: string; readonly number: number; readonly url: string }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly health: HealthStatistics;
  /** What the agent is doing or why it cannot: one line, at most 500 characters; empty when there is nothing to say. */
  readonly remark: string;
}
