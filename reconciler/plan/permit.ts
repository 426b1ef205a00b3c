/** What stops everything, or everything that removes: pause, definitions that are not whole, removals that need a person. */

import type { Hold } from '../model/plan.ts';
import { because, hold } from './because.ts';
import type { Ending } from './replace.ts';
import { removalCount, removalShare } from './rules.ts';
import { isLive } from './seats.ts';
import type { Situation } from './situation.ts';

/** Why nothing at all is done; null when something may be. */
export function halted(situation: Situation): Hold | null {
  const paused = situation.application?.paused;
  if (!paused) return null;
  return hold({ application: situation.id, kind: 'paused', subject: null, because:
    because('permit/paused', `paused: ${paused.reason}`, situation.application?.origin ?? null) });
}

/** Holds that are only told: the application stands at its last good definition, or at its last one. */
export function standing(situation: Situation): readonly Hold[] {
  if (situation.withdrawn && !situation.leaving) {
    const { removalsHeldBy } = situation;
    return [hold({ application: situation.id, kind: 'stale-input', subject: null, because:
      because('permit/definitions', `may not be removed yet: ${removalsHeldBy}`, situation.application?.origin ?? null) })];
  }
  const problems = situation.application?.heldBy ?? [];
  if (problems.length === 0 || situation.withdrawn) return [];
  const first = problems[0]!;
  const where = `${first.file}${first.line === null ? '' : `:${first.line}:${first.column}`}`;
  return [hold({ application: situation.id, kind: 'held-definition', subject: null, holds: problems.map((problem) => problem.code), because:
    because('permit/held', `stands at its last good definition: ${where} ${first.message}`, situation.application?.origin ?? null, { problems: problems.length }) })];
}

/** Why what would leave may not leave now; null when it may. */
export function removalHeld(situation: Situation, endings: readonly Ending[]): Hold | null {
  if (endings.length === 0) return null;
  const make = (kind: Hold['kind'], rule: string, text: string, inputs: Record<string, string | number>, holds: unknown): Hold =>
    hold({ application: situation.id, kind, subject: null, holds, because: because(rule, text, situation.application?.origin ?? null, inputs) });
  if (situation.tenant && !situation.tenant.active) {
    return make('tenant-inactive', 'permit/tenant', `tenant ${situation.tenant.name} is not active: nothing is removed`, { members: endings.length }, null);
  }
  if (situation.withdrawn && situation.memory.withdrawal) return null;
  if (situation.withdrawn && situation.removalsHeldBy !== null) {
    return make('stale-input', 'permit/definitions', `may not be removed yet: ${situation.removalsHeldBy}`, { members: endings.length }, null);
  }
  const held = situation.withdrawn ? together(situation, make) : large(situation, endings, make);
  return held && approved(situation, held) ? null : held;
}

type Make = (kind: Hold['kind'], rule: string, text: string, inputs: Record<string, string | number>, holds: unknown) => Hold;

function together(situation: Situation, make: Make): Hold | null {
  const others = [...situation.withdrawnTogether].sort();
  if (others.length <= 1) return null;
  const text = `${others.length} applications were removed at once (${others.join(', ')}): removing each needs an Approval`;
  return make('needs-approval', 'permit/removal', text, { applications: others.length }, others);
}

/** Deleting or editing one application's own document is its own approval; a policy that removes much is not. */
function large(situation: Situation, endings: readonly Ending[], make: Make): Hold | null {
  const live = [...situation.seats.values()].flat().filter(isLive).length;
  const removed = endings.filter((ending) => ending.because.rule !== 'replace/obsolete').length;
  const own = situation.application?.ownDigest ?? null;
  const edited = situation.memory.approvedDocument === null || situation.memory.approvedDocument !== own;
  if (edited || removed <= removalCount || removed <= live * removalShare) return null;
  const text = `${removed} of ${live} members would be removed by a document that is not the application's own`;
  return make('needs-approval', 'permit/removal', text, { removed, live }, endings.map((ending) => ending.seat.member.cluster));
}

function approved(situation: Situation, held: Hold): boolean {
  const approval = situation.approvals.get(held.id);
  return approval !== undefined && approval.expiresAtMs > situation.observed.nowMs;
}
