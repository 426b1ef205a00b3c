/** Lets go of a member of which nothing is left: its mailbox, its intent, its last report. */

import type { Action } from '../model/plan.ts';
import { done, type Outcome } from '../model/outcome.ts';
import type { ApplyContext } from './context.ts';

const retryMs = 5_000;

/** While the broker is away the member stays known as gone: a mailbox that nobody knows of would stay for ever on some brokers. */
export async function forgetMember(action: Extract<Action, { type: 'forget-member' }>, context: ApplyContext): Promise<Outcome> {
  const address = context.address(action.member);
  const again = (why: string): Outcome => ({ kind: 'again', atMs: context.clock.nowMs() + retryMs, why });
  if (address) {
    const link = context.link();
    if (!link) return again('the broker is not connected');
    try {
      await link.forget(address);
    } catch (error) {
      return again(error instanceof Error ? error.message : String(error));
    }
  }
  if (context.intents.delete(action.member)) await context.store.deleteIntent(action.member, context.epoch());
  context.onForgotten(action.member);
  return done;
}
