/**
 * Carries out a plan's actions, each in its own flight: one slow provider call keeps nobody waiting.
 * Invariant: at most one flight per member; an action whose member is in flight is left for the next pass.
 */

import type { ApplicationId, MemberId } from '../../schemas/ids.ts';
import type { Action } from '../model/plan.ts';
import type { Outcome } from '../model/outcome.ts';
import { assign } from './assign.ts';
import type { ApplyContext } from './context.ts';
import { forgetMember } from './forget-member.ts';
import { startMember } from './start-member.ts';
import { stopMember } from './stop-member.ts';

export type { ApplyContext } from './context.ts';

export interface Applier {
  /** Those of the actions whose member is not in flight. */
  ready(actions: readonly Action[]): readonly Action[];
  /** Starts the actions; `onLanded` is called as each ends. Never throws. */
  begin(application: ApplicationId, actions: readonly Action[]): void;
  inFlight(): number;
  /** Resolves when nothing is in flight. */
  settle(): Promise<void>;
}

export const memberOf = (action: Action): MemberId => (action.type === 'start-member' ? action.launch.member : action.member);

export function createApplier(context: ApplyContext, onLanded: (application: ApplicationId, action: Action, outcome: Outcome) => void): Applier {
  const { flights } = context;

  async function fly(application: ApplicationId, action: Action): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await carryOut(action, context);
    } catch (error) {
      outcome = { kind: 'again', atMs: context.clock.nowMs() + 1_000, why: error instanceof Error ? error.message : String(error) };
    }
    flights.delete(memberOf(action));
    onLanded(application, action, outcome);
  }

  return {
    ready: (actions) => actions.filter((action) => !flights.has(memberOf(action))),
    begin(application, actions) {
      for (const action of actions) {
        const member = memberOf(action);
        if (!flights.has(member)) flights.set(member, fly(application, action));
      }
    },
    inFlight: () => flights.size,
    async settle() {
      while (flights.size > 0) await Promise.all(flights.values());
    },
  };
}

function carryOut(action: Action, context: ApplyContext): Promise<Outcome> {
  switch (action.type) {
    case 'start-member': return startMember(action, context);
    case 'stop-member': return stopMember(action, context);
    case 'assign': return assign(action, context);
    case 'forget-member': return forgetMember(action, context);
  }
}
