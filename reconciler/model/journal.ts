/** The journal: what was decided, because of what, with what outcome. Append-only, bounded, plain JSON. */

import type { ApplicationId } from '../../schemas/ids.ts';
import type { Because } from './plan.ts';

export interface JournalEntry {
  /** Increases by one; the id of the event in the stream. */
  readonly sequence: number;
  readonly atMs: number;
  readonly application: ApplicationId | null;
  readonly type: JournalType;
  /** One line for people, free of secrets. */
  readonly text: string;
  readonly because: Because | null;
  /** Small, named facts: member, cluster, commit, outcome … */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export type JournalType =
  | 'synced' | 'problem' | 'decided' | 'action-done' | 'action-again' | 'action-stalled' | 'hold' | 'hold-ended'
  | 'member-active' | 'member-lost' | 'rollout-started' | 'rollout-done' | 'rollout-failed' | 'webhook' | 'broker' | 'provider' | 'started' | 'stopping';
