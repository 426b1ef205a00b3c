/**
 * A plan is a document: the next actions in their order, and what is wanted but not done, each with its reason.
 * An empty plan is the definition of done.
 */

import type { AliasPath, ApplicationId, ClusterId, MemberId, ProviderName } from '../../schemas/ids.ts';
import type { AssignedArtifact, Assignment } from '../../schemas/messages/assignment.ts';
import type { Launch } from './launch.ts';
import type { Origin } from './problem.ts';

export interface Plan {
  readonly application: ApplicationId;
  readonly revision: string;
  readonly observedAtMs: number;
  readonly actions: readonly Action[];
  readonly holds: readonly Hold[];
}

/** Why: commit → file → rule → what was seen → result. Inputs are few, named, and free of secrets. */
export interface Because {
  readonly rule: string;
  readonly text: string;
  readonly origin: Origin | null;
  readonly inputs: Readonly<Record<string, string | number | boolean>>;
}

export type Action =
  | { readonly type: 'start-member'; readonly launch: Launch; readonly because: Because }
  | { readonly type: 'stop-member'; readonly member: MemberId; readonly provider: ProviderName; readonly cluster: ClusterId; readonly because: Because }
  | { readonly type: 'assign'; readonly member: MemberId; readonly cluster: ClusterId; readonly assignment: WantedAssignment; readonly because: Because }
  /** Its provider has no trace of it any more: the intent, the mailbox and what was remembered of it go. */
  | { readonly type: 'forget-member'; readonly member: MemberId; readonly cluster: ClusterId; readonly because: Because };

/** An assignment before its URLs are signed, which needs a secret that the planner has not. */
export type WantedAssignment = Omit<Assignment, 'artifacts'> & {
  readonly artifacts: readonly Omit<AssignedArtifact, 'url'>[];
};

export type HoldKind =
  | 'waits-for' | 'capped-at-max' | 'no-partition-free' | 'stale-input' | 'breaker' | 'paused' | 'cordoned' | 'back-off'
  | 'needs-approval' | 'rollout-failed' | 'rollout-waits' | 'start-timeout' | 'drains' | 'artifact-missing' | 'held-definition' | 'tenant-inactive' | 'quota';

/** Wanted and not done, with the numbers that say why not. */
export interface Hold {
  /** `h-` and hex: a digest of exactly what it holds, so that an approval releases this and nothing else. */
  readonly id: string;
  readonly kind: HoldKind;
  /** The cluster or component concerned; null for the whole application. */
  readonly subject: ClusterId | AliasPath | null;
  readonly because: Because;
  /** When it would end by itself, if it would. */
  readonly untilMs: number | null;
}
