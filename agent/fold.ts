/** What an operation's outcome makes of the agent's mind. Pure. */

import { keyOf, type Attempt, type Operation } from './step.ts';
import { forward, withRefusal, type AgentState } from './state.ts';
import type { Facts, Outcome } from './operations/operation.ts';
import { oneLine } from './operations/extensions/output.ts';

/** Everything that steps are decided by and that operations change. */
export interface Mind {
  readonly state: AgentState;
  readonly facts: Facts;
  readonly attempts: ReadonlyMap<string, Attempt>;
}

const firstRetryMs = 250;
const retryMaxMs = 10_000;
/** A fixed port is waited for until its predecessor lets go: every moment of this wait nobody listens. */
const portRetryMaxMs = 500;

/** `jitter` in [0, 1) spreads the retries of many agents. */
export function fold(mind: Mind, operation: Operation, outcome: Outcome, now: { readonly ms: number; readonly jitter: number }): Mind {
  const attempts = new Map(mind.attempts);
  switch (outcome.kind) {
    case 'ended':
      return mind;
    case 'done': {
      attempts.delete(keyOf(operation));
      const status = forward(mind.state.status, outcome.status ?? mind.state.status);
      return { state: { ...mind.state, ...outcome.state, status }, facts: { ...mind.facts, ...outcome.facts }, attempts };
    }
    case 'again': {
      const times = (attempts.get(keyOf(operation))?.times ?? 0) + 1;
      const longestMs = operation.kind === 'open-ports' ? portRetryMaxMs : retryMaxMs;
      const delayMs = Math.min(firstRetryMs * 2 ** (times - 1), longestMs) * (0.75 + now.jitter / 2);
      attempts.set(keyOf(operation), { times, notBeforeMs: now.ms + delayMs, why: oneLine(outcome.why) });
      return { ...mind, facts: { ...mind.facts, ...outcome.facts }, attempts };
    }
    case 'refused': {
      const generation = mind.state.wanted?.generation ?? { epoch: 0, counter: 0 };
      let { refused } = mind.state;
      for (const artifact of outcome.artifacts) refused = withRefusal(refused, { ...artifact, reason: oneLine(outcome.reason), generation });
      return { state: { ...mind.state, refused }, facts: { ...mind.facts, ...outcome.facts }, attempts };
    }
  }
}
