/** `stratos get plan [application]`: what is done next, and what is held. */

import type { Action, Hold, Plan, PlanList } from '../../schemas/api/bodies.generated.ts';
import { showOnline, type OnlineOptions } from '../online.ts';
import { table, type Column, type TableOptions } from '../table.ts';
import { counted, place } from '../words.ts';

export function getPlan(options: OnlineOptions & { application?: string }): Promise<void> {
  return showOnline<Pick<PlanList, 'items'>>(options, async (api) => {
    const body = options.application === undefined
      ? (await api.list<Plan>('plan')).body
      : { items: [(await api.get<Plan>(`applications/${encodeURIComponent(options.application)}/plan`)).body] };
    return {
      body,
      text: ({ items }, shape) => (items.length === 0 ? 'No applications.' : items.map((plan) => planText(plan, shape)).join('\n\n')),
      names: ({ items }) => items.flatMap(({ actions, holds }) => [...actions.map(({ kind, member }) => `${kind}/${member}`), ...holds.map(({ id }) => id)]),
    };
  });
}

/** A plan with its actions and holds, for people. */
export function planText(plan: Plan, options: TableOptions): string {
  const { actions, holds } = plan;
  const title = options.paint('bold', plan.application);
  if (actions.length === 0 && holds.length === 0) return `${title}: nothing to do, all is as wanted`;
  return [
    `${title}: ${counted(actions.length, 'action')}, ${counted(holds.length, 'hold')}`,
    ...(actions.length === 0 ? [] : [table(actions, actionColumns, options)]),
    ...(holds.length === 0 ? [] : [table(holds, holdColumns, options)]),
  ].join('\n');
}

const because = (of: Action | Hold): string => of.because.text;
const origin = ({ because: { origin: from } }: Action | Hold): string => (from === null ? '' : place(from));

const actionColumns: readonly Column<Action>[] = [
  { title: 'ACTION', text: ({ kind, duty }) => (duty === 'drain' ? `${kind} (drain)` : kind), paint: (text, _row, paint) => paint('cyan', text) },
  { title: 'CLUSTER', text: ({ cluster }) => cluster },
  { title: 'MEMBER', text: ({ member }) => member, whole: true },
  { title: 'PARTITION', text: ({ partition, networkPartition }) => partition ?? networkPartition, wide: true },
  { title: 'BECAUSE', text: because },
  { title: 'PLACE', text: origin, wide: true },
];

const holdColumns: readonly Column<Hold>[] = [
  { title: 'HOLD', text: ({ kind }) => kind, paint: (text, _row, paint) => paint('yellow', text) },
  { title: 'CLUSTER', text: ({ cluster }) => cluster ?? '(all)' },
  { title: 'ID', text: ({ id }) => id, whole: true },
  { title: 'UNTIL', text: ({ until }) => until ?? '', wide: true },
  { title: 'BECAUSE', text: because },
  { title: 'PLACE', text: origin, wide: true },
];
