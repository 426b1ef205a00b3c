/** Starts a member: a durable intent first, then its provider; re-sent as it is until it is seen. */

import type { Action } from '../model/plan.ts';
import { done, type Outcome } from '../model/outcome.ts';
import type { ApplyContext } from './context.ts';

const retryMs = 1_000;
const retryMaxMs = 60_000;
/** How long a provider may take to show what it has started, before it is asked again. */
const visibleWithinMs = 15_000;

export async function startMember(action: Extract<Action, { type: 'start-member' }>, context: ApplyContext): Promise<Outcome> {
  const { launch } = action;
  const before = context.intents.get(launch.member);
  const attempts = (before?.attempts ?? 0) + 1;
  const record = async (lastError: string | null, nextAtMs: number, started = false): Promise<void> => {
    const intent = { launch: before?.launch ?? launch, attempts, started, lastError, nextAtMs };
    context.intents.set(launch.member, intent);
    await context.store.writeIntent(intent, context.epoch());
  };
  await record(null, context.clock.nowMs() + visibleWithinMs);
  const provider = context.provider(launch.provider);
  if (!provider) return refuse(record, context, `no provider is configured under the name ${launch.provider}`, attempts);
  const outcome = await provider.ensure(before?.launch ?? launch, context.join(launch));
  if (outcome.kind === 'no-capacity') context.onNoCapacity(launch.partition, outcome.untilMs, outcome.why);
  if (outcome.kind !== 'done') return refuse(record, context, outcome.why, attempts, outcome);
  await record(null, context.clock.nowMs() + visibleWithinMs, true);
  await context.onProviderChanged(launch.provider);
  return done;
}

async function refuse(
  record: (lastError: string, nextAtMs: number) => Promise<void>, context: ApplyContext, why: string, attempts: number, outcome?: Outcome,
): Promise<Outcome> {
  const delayMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(attempts, 8)) * (0.5 + context.clock.random() / 2);
  const atMs = outcome?.kind === 'again' ? outcome.atMs : context.clock.nowMs() + delayMs;
  await record(why, atMs);
  return outcome?.kind === 'no-capacity' || outcome?.kind === 'stalled' ? outcome : { kind: 'again', atMs, why };
}
