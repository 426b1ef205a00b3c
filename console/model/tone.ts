/** Which of six tones a word of the API has. A tone is a colour and a shape; the word always stands beside it. */

import type { Cluster, Event, Hold, Member, Problem } from '../../schemas/api/bodies.generated.ts';

/** As wanted; on its way up; changing; on its way down; broken; no more. */
export type Tone = 'good' | 'coming' | 'busy' | 'leaving' | 'bad' | 'gone';

export const tones: readonly Tone[] = ['good', 'coming', 'busy', 'leaving', 'bad', 'gone'];

const components: Readonly<Record<Cluster['status'], Tone>> = { Created: 'coming', Active: 'good', Inactive: 'bad', Terminating: 'leaving' };

const lives: Readonly<Record<Member['status'], Tone>> = {
  created: 'coming', initialized: 'coming', starting: 'coming', active: 'good', 'in-maintenance': 'leaving', 'ready-to-shut-down': 'leaving', terminated: 'gone',
};

const servings: Readonly<Record<Member['serving'], Tone>> = {
  yes: 'good', 'no(starting)': 'coming', 'no(updating)': 'busy', 'no(draining)': 'leaving', 'no(unhealthy)': 'bad',
};

const events: Readonly<Record<Event['type'], Tone>> = {
  synced: 'coming', problem: 'bad', decided: 'coming', 'action-done': 'good', 'action-again': 'busy', 'action-stalled': 'bad', hold: 'busy', 'hold-ended': 'good',
  'member-active': 'good', 'member-lost': 'bad', 'rollout-started': 'coming', 'rollout-done': 'good', 'rollout-failed': 'bad',
  webhook: 'gone', broker: 'gone', provider: 'gone', started: 'gone', stopping: 'leaving',
};

const severities: Readonly<Record<Problem['severity'], Tone>> = { error: 'bad', warning: 'busy', info: 'coming' };

/** Holds that end only when a person acts. */
const stuck: ReadonlySet<Hold['kind']> = new Set<Hold['kind']>(['breaker', 'needs-approval', 'rollout-failed', 'start-timeout', 'artifact-missing', 'held-definition', 'quota']);

// A newer server may say a word that this page has not learnt.
const unknown: Tone = 'gone';

export const toneOfComponent = (status: Cluster['status']): Tone => components[status] ?? unknown;
export const toneOfLife = (status: Member['status']): Tone => lives[status] ?? unknown;
export const toneOfServing = (serving: Member['serving']): Tone => servings[serving] ?? unknown;
export const toneOfEvent = (type: Event['type']): Tone => events[type] ?? unknown;
export const toneOfSeverity = (severity: Problem['severity']): Tone => severities[severity] ?? unknown;
export const toneOfHold = (kind: Hold['kind']): Tone => (stuck.has(kind) ? 'bad' : 'busy');

/** A member that is active is judged by whether it serves; any other by where its life stands. */
export function toneOfMember(member: Pick<Member, 'status' | 'serving'>): Tone {
  return member.status === 'active' ? toneOfServing(member.serving) : toneOfLife(member.status);
}
