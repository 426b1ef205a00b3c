/** What operations work with, and what they answer: the body of one member, and the outcome of one step. */

import type { Writable } from 'node:stream';
import type { Digest } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import type { MemberStatus, ReportedArtifact } from '../../schemas/messages/report.ts';
import type { Clock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';
import type { Places, Variables } from '../environment.ts';
import type { JoinConfiguration } from '../join.ts';
import type { AgentState } from '../state.ts';
import type { checkout } from './checkout/index.ts';
import type { Gate } from './gate/gate.ts';
import type { Outlets } from './outlets/outlets.ts';
import type { Workload } from './workload/workload.ts';

export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** What this process knows and forgets with it. */
export interface Facts {
  /** The environment that the workload was last started with. */
  readonly running: { readonly variables: Variables; readonly digest: Digest } | null;
  /** Digest of the peers that file, outlets and workload know. */
  readonly peersTold: Digest | null;
  readonly onDisk: ReadonlySet<Digest>;
  readonly drainDeadlineMs: number | null;
}

export interface Body {
  readonly join: JoinConfiguration;
  readonly config: AgentConfig;
  readonly places: Places;
  readonly clock: Clock;
  readonly log: Log;
  readonly extensionLog: Writable;
  readonly gate: Gate;
  readonly outlets: Outlets;
  readonly workload: Workload;
  readonly checkout: typeof checkout;
  /** Fires when the agent is to end: then nothing is begun any more. */
  readonly stopping: AbortSignal;
  /** A mark that no life and no extension run of this member has had. */
  newMark(): string;
  /** As of now; they change between operations and when an assignment comes. */
  state(): AgentState;
  facts(): Facts;
}

/**
 * `done`: with what has changed. `again`: not this time. `refused`: these artifacts are no good here. `ended`: the agent
 * ends with an exit code.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly state?: Partial<AgentState>; readonly status?: MemberStatus; readonly facts?: Partial<Facts> }
  | { readonly kind: 'again'; readonly why: string; readonly facts?: Partial<Facts> }
  | { readonly kind: 'refused'; readonly artifacts: readonly ReportedArtifact[]; readonly reason: string; readonly facts?: Partial<Facts> }
  | { readonly kind: 'ended'; readonly exitCode: number };

/** The time limits of now: the assignment's, else those of the launch. */
export function timeoutsOf(body: Body): Assignment['timeouts'] {
  return body.state().wanted?.timeouts ?? body.join.launch.settings.timeouts;
}

/** How long requests are held at most while the workload is exchanged. */
export function holdLimitMs(body: Body): number {
  const { drainMs, startMs, extensionMs } = timeoutsOf(body);
  return drainMs + startMs + extensionMs;
}
