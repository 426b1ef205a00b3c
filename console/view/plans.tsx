/** What is done next, and what is wanted and not done, by application. */

import type { Plan } from '../../schemas/api/bodies.generated.ts';
import { groupActions } from '../model/action-groups.ts';
import { snapshot } from '../state/store.ts';
import { ActionItem } from './action-item.tsx';
import { Ago } from './ago.tsx';
import { HoldItem } from './hold-item.tsx';
import { Panel } from './panel.tsx';

export function Plans() {
  const { plans = [], applications = [] } = snapshot.value ?? {};
  const coming = applications.some(({ members }) => members.active < members.wanted);
  const busy = plans.filter(({ actions, holds }) => actions.length + holds.length > 0);
  const count = (of: (plan: Plan) => readonly unknown[]): number => busy.reduce((sum, plan) => sum + of(plan).length, 0);
  const note = busy.length === 0 ? 'empty' : `${count(({ actions }) => actions)} next, ${count(({ holds }) => holds)} held`;
  return (
    <Panel id="plan" title="Plan" note={note}>
      {busy.length === 0 ? <p class="quiet">{coming ? 'Nothing further to do now: what was begun is under way.' : 'Nothing to do: what runs is what is wanted.'}</p> : null}
      {busy.map((plan) => <PlanOf key={plan.application} plan={plan} alone={plans.length === 1} />)}
    </Panel>
  );
}

function PlanOf({ plan, alone }: { readonly plan: Plan; readonly alone: boolean }) {
  return (
    <div class="plan">
      <h3 class={alone ? 'away' : undefined}>{plan.application} <span class="label">planned <Ago at={plan.observedAt} /></span></h3>
      {plan.actions.length === 0 ? null : <><h4>Next</h4><ul class="items">{groupActions(plan.actions).map((group) => <li key={group.key}><ActionItem group={group} /></li>)}</ul></>}
      {plan.holds.length === 0 ? null : <><h4>Held</h4><ul class="items">{plan.holds.map((hold) => <li key={hold.id}><HoldItem hold={hold} /></li>)}</ul></>}
    </div>
  );
}
