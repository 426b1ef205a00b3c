/** Tells an agent what it should be: signs the bundles' URLs for it, seals the message, leaves it in its mailbox. */

import { sealAssignment } from '../../agent/transports/envelope.ts';
import type { Action } from '../model/plan.ts';
import { done, type Outcome } from '../model/outcome.ts';
import type { ApplyContext } from './context.ts';

const retryMs = 1_000;

export async function assign(action: Extract<Action, { type: 'assign' }>, context: ApplyContext): Promise<Outcome> {
  const { member, assignment } = action;
  const link = context.link();
  const address = context.address(member);
  if (!link || !address) return { kind: 'again', atMs: context.clock.nowMs() + retryMs, why: 'the broker is not connected' };
  const artifacts = assignment.artifacts.map((artifact) => ({ ...artifact, url: context.bundleUrl({ digest: artifact.digest, member }) }));
  try {
    const message = sealAssignment({ ...assignment, artifacts }, context.identity, {
      member, shard: address.shard, epoch: context.epoch(), sequence: context.nextSequence(), time: new Date(context.clock.nowMs()).toISOString(),
    });
    await link.assign(address, message);
    return done;
  } catch (error) {
    // Too many peers for one message: it would be as large the next time.
    if (error instanceof RangeError) return { kind: 'stalled', why: error.message };
    return { kind: 'again', atMs: context.clock.nowMs() + retryMs, why: error instanceof Error ? error.message : String(error) };
  }
}
