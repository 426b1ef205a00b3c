/** Ends a member: its provider releases it and everything that it left. */

import type { Action } from '../model/plan.ts';
import type { Outcome } from '../model/outcome.ts';
import type { ApplyContext } from './context.ts';

export async function stopMember(action: Extract<Action, { type: 'stop-member' }>, context: ApplyContext): Promise<Outcome> {
  const provider = context.provider(action.provider);
  if (!provider) return { kind: 'stalled', why: `no provider is configured under the name ${action.provider}` };
  const outcome = await provider.release(action.member);
  if (outcome.kind === 'done') {
    context.onReleased(action.member);
    await context.onProviderChanged(action.provider);
  }
  return outcome;
}
