/** Leaving: finishing what is in flight when drained, and ending the workload when the agent itself is told to end. */

import { pause } from '../../clock.ts';
import { quietMs } from '../../step.ts';
import { timeoutsOf, type Body, type Outcome } from '../operation.ts';
import { stopGraceMs, takeDown } from '../workload/bring-up.ts';

/** From now on nobody should send new requests; who does is answered still. */
export function beginDrain(body: Body): Outcome {
  body.gate.drain();
  return { kind: 'done', status: 'in-maintenance', facts: { drainDeadlineMs: body.clock.monotonicMs() + timeoutsOf(body).drainMs } };
}

/** Nothing has been in flight for a while, or the deadline has passed. What still comes is answered until the end. */
export function finishDrain(): Outcome {
  return { kind: 'done', status: 'ready-to-shut-down' };
}

/** Ends the workload gracefully, within the drain time-out. */
export async function shutDown(body: Body): Promise<Outcome> {
  body.gate.drain();
  const deadlineMs = body.clock.monotonicMs() + timeoutsOf(body).drainMs;
  while (body.workload.isRunning && body.clock.monotonicMs() < deadlineMs) {
    const since = body.gate.quietSinceMs;
    if (since !== null && body.clock.monotonicMs() - since >= quietMs) break;
    await pause(body.clock, 50);
  }
  await takeDown(body, Math.max(500, Math.min(stopGraceMs, deadlineMs - body.clock.monotonicMs())));
  await closeAll(body);
  return { kind: 'ended', exitCode: 0 };
}

/** The exit code of an agent whose workload does not stay up: its provider sees that the member has failed. */
export const gaveUpExitCode = 75;

export async function giveUp(body: Body, why: string): Promise<Outcome> {
  body.log.error({ why }, 'giving up');
  await takeDown(body, stopGraceMs);
  await closeAll(body);
  return { kind: 'ended', exitCode: gaveUpExitCode };
}

async function closeAll(body: Body): Promise<void> {
  await body.gate.close();
  await body.outlets.close();
}
