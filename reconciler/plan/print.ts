/** A plan in words: what a person reads in a terminal, in a pull request, and in the golden plans of the tests. */

import type { Action, Hold } from '../model/plan.ts';
import type { Preview } from './preview.ts';

/** The steps of a preview, one line an action, holds below; `nothing to do` for an empty plan. */
export function previewText(preview: Preview): string {
  const lines = preview.steps.flatMap((step, index) => [
    `step ${index + 1}`, ...step.actions.map((action) => `  ${actionText(action)}`), ...step.holds.map((hold) => `  ${holdText(hold)}`),
  ]);
  if (lines.length === 0) return 'nothing to do\n';
  if (!preview.settled) lines.push('and so on: the steps do not end');
  return `${lines.join('\n')}\n`;
}

/** `start web 2.1 on left (required/minimum: 2 of 4 members live)`; a member is named by its slot and life. */
export function actionText(action: Action): string {
  const reason = `(${action.because.rule}: ${action.because.text})`;
  switch (action.type) {
    case 'start-member': return `start ${seatName(action.launch)} on ${action.launch.partition} ${reason}`;
    case 'stop-member': return `stop ${action.member} ${reason}`;
    case 'forget-member': return `forget ${action.member} ${reason}`;
    case 'assign': return `assign ${action.member} ${assignmentText(action)} ${reason}`;
  }
}

export function holdText(hold: Hold): string {
  return `hold ${hold.kind} ${hold.subject ?? 'application'}: ${hold.because.text} [${hold.id}]`;
}

function seatName({ cluster, slot, incarnation, member }: Extract<Action, { type: 'start-member' }>['launch']): string {
  return `${cluster} slot ${slot} life ${incarnation} as ${member}`;
}

function assignmentText({ assignment }: Extract<Action, { type: 'assign' }>): string {
  const commits = assignment.artifacts.map((artifact) => artifact.commit.slice(0, 12)).join(' ');
  return [
    assignment.duty, ...(commits ? [`commit ${commits}`] : []), ...(assignment.peers.length > 0 ? [`peers ${assignment.peers.map((peer) => peer.member).join(' ')}`] : []),
  ].join(' ');
}
