/** Actions of a plan that do the same for the same reason in the same cluster, shown as one. */

import type { Action } from '../../schemas/api/bodies.generated.ts';

export interface ActionGroup {
  /** Unique in the plan. */
  readonly key: string;
  /** At least one; all of one kind, in one cluster, by one rule and text. */
  readonly actions: readonly [Action, ...Action[]];
}

/** Groups in the order of their first actions. */
export function groupActions(actions: readonly Action[]): readonly ActionGroup[] {
  const groups = new Map<string, [Action, ...Action[]]>();
  for (const action of actions) {
    const key = JSON.stringify([action.kind, action.duty ?? null, action.clusterId, action.because.rule, action.because.text]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [action]);
    else group.push(action);
  }
  return [...groups].map(([key, group]) => ({ key, actions: group }));
}
