/** The steps of a plan as text: what starts and stops, and the assignments only as a count. */

import type { Action, Hold, Plan } from '../schemas/api/bodies.generated.ts';
import { table, type Column, type TableOptions } from './table.ts';
import { counted, place } from './words.ts';

type Step = Pick<Plan, 'actions' | 'holds'>;

export interface StepsOfApplication {
  readonly application: string;
  readonly settled: boolean;
  readonly steps: readonly Step[];
}

interface Row {
  readonly step: string;
  readonly what: string;
  readonly style: 'green' | 'red' | 'cyan' | 'yellow';
  readonly cluster: string;
  readonly where: string;
  readonly because: string;
  readonly place: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'STEP', text: ({ step }) => step },
  { title: 'ACTION', text: ({ what }) => what, paint: (text, { style }, paint) => paint(style, text) },
  { title: 'CLUSTER', text: ({ cluster }) => cluster, whole: true },
  { title: 'PARTITION', text: ({ where }) => where },
  { title: 'BECAUSE', text: ({ because }) => because },
  { title: 'PLACE', text: (row) => row.place, whole: true },
];

export function stepsText({ application, settled, steps }: StepsOfApplication, options: TableOptions): string {
  const title = options.paint('bold', application);
  if (steps.length === 0) return `${title}: nothing to do, all is as wanted`;
  const rows = steps.flatMap((step, index) => rowsOf(step, index + 1, index === steps.length - 1, options.wide));
  const actions = steps.reduce((sum, step) => sum + step.actions.length, 0);
  const assignments = actions - rows.filter(({ style }) => style !== 'yellow').length;
  const rest = assignments > 0 ? `, ${counted(assignments, 'assignment')} of what to serve not shown` : '';
  if (rows.length === 0 && settled) return `${title}: no member starts, stops or drains${rest}`;
  const end = settled ? '' : '; it goes on beyond these steps';
  return [`${title}: ${counted(steps.length, 'step')}, ${counted(actions, 'action')}${rest}${end}`, table(rows, columns, options)].join('\n');
}

/** Holds are shown where they last: in the last step. */
function rowsOf({ actions, holds }: Step, number: number, last: boolean, all: boolean): readonly Row[] {
  const step = String(number);
  return [
    ...actions.filter(({ kind, duty }) => all || kind !== 'assign' || duty === 'drain').map((action) => actionRow(action, step)),
    ...(last ? holds : []).map((hold) => holdRow(hold, step)),
  ];
}

const words: Readonly<Record<Action['kind'], readonly [string, Row['style']]>> = {
  'start-member': ['start', 'green'], 'stop-member': ['stop', 'red'], 'forget-member': ['forget', 'red'], assign: ['assign', 'cyan'],
};

function actionRow({ kind, duty, cluster, networkPartition, partition, because }: Action, step: string): Row {
  const [what, style] = words[kind];
  const where = partition ?? networkPartition;
  return { step, what: duty === 'drain' ? 'drain' : what, style, cluster, where, because: because.text, place: because.origin === null ? '' : place(because.origin) };
}

function holdRow({ kind, cluster, networkPartition, because }: Hold, step: string): Row {
  return { step, what: kind, style: 'yellow', cluster: cluster ?? '(all)', where: networkPartition ?? '', because: because.text, place: because.origin === null ? '' : place(because.origin) };
}
