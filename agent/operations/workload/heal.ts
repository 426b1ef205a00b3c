/** The workload ended by itself or fails its checks: the same again, while the gate holds what comes. */

import { holdLimitMs, timeoutsOf, type Body, type Outcome } from '../operation.ts';
import { bringUp, stopGraceMs } from './bring-up.ts';

/** An unhealthy workload gets this long for what it may still be working at. */
const lastWordsMs = 1000;

export async function heal(body: Body, signal: AbortSignal): Promise<Outcome> {
  const running = body.facts().running;
  if (running === null) return { kind: 'again', why: 'the workload has not run yet' };
  body.log.warn({ trouble: body.workload.trouble }, 'restarting the workload');
  body.gate.hold(holdLimitMs(body));
  if (body.workload.isRunning) await body.gate.quiet(Math.min(lastWordsMs, timeoutsOf(body).drainMs));
  await body.workload.stop(stopGraceMs);
  body.gate.disconnect();
  const trouble = await bringUp(body, { artifacts: body.state().inForce, variables: running.variables }, signal);
  if (trouble === null) return { kind: 'done' };
  body.workload.fail(trouble);
  return { kind: 'again', why: trouble };
}
