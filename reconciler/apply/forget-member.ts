/** Lets go of a member of which nothing is left: its mailbox, its intent, its last report. */

import type { Action } from '../model/plan.ts';
import { done, type Outcome } from '../model/outcome.ts';
import type { ApplyContext } from './context.ts';

export async function forgetMember(action: Extract<Action, { type: 'forget-member' }>, context: ApplyContext): Promise<Outcome> {
  const address = context.address(action.member);
  // A mailbox that cannot be removed now expires by itself; the member's id is never used again.
  if (address) await context.link()?.forget(address).catch(() => undefined);
  if (context.intents.delete(action.member)) await context.store.deleteIntent(action.member, context.epoch());
  context.onForgotten(action.member);
  return done;
}
