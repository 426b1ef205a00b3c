/** The state of the platform in one sentence. */

import type { ApplicationSummary, Plan, Status } from '../../schemas/api/bodies.generated.ts';
import type { Tone } from './tone.ts';

export interface Headline {
  readonly tone: Tone;
  readonly text: string;
}

export interface Seen {
  readonly status: Pick<Status, 'problemCounts' | 'sources' | 'revision'>;
  readonly applications: readonly ApplicationSummary[];
  readonly plans: readonly Plan[];
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** What matters most comes first, and sets the tone. */
export function headlineOf({ status, applications, plans }: Seen): Headline {
  const facts = factsOf({ status, applications, plans });
  const first = facts[0];
  if (first !== undefined) return { tone: first.tone, text: `${facts.map(({ text }) => text).join(' · ')}` };
  if (applications.length > 0) return { tone: 'good', text: 'Everything runs as Git wants it' };
  return status.revision === null ? { tone: 'coming', text: 'No source has been read yet' } : { tone: 'gone', text: 'No application is defined yet' };
}

function factsOf({ status, applications, plans }: Seen): Headline[] {
  const holds = plans.flatMap((plan) => plan.holds);
  const approvals = holds.filter(({ kind }) => kind === 'needs-approval').length;
  const actions = plans.reduce((sum, plan) => sum + plan.actions.length, 0);
  const failed = status.sources.filter(({ failure }) => failure !== null).length;
  const inactive = applications.filter((application) => application.status === 'Inactive').length;
  const wanted = applications.reduce((sum, { members }) => sum + members.wanted, 0);
  const active = applications.reduce((sum, { members }) => sum + members.active, 0);
  const facts: readonly (Headline & { readonly count: number })[] = [
    { count: inactive, tone: 'bad', text: `${counted(inactive, 'application')} Inactive` },
    { count: status.problemCounts.error, tone: 'bad', text: `${counted(status.problemCounts.error, 'error')} in the definitions` },
    { count: failed, tone: 'bad', text: `${counted(failed, 'source')} cannot be read` },
    { count: approvals, tone: 'bad', text: `${counted(approvals, 'removal')} waiting for an approval` },
    { count: actions, tone: 'coming', text: `${counted(actions, 'action')} under way` },
    { count: holds.length - approvals, tone: 'busy', text: `${counted(holds.length - approvals, 'hold')}` },
    { count: Math.max(0, wanted - active), tone: 'coming', text: `${active} of ${counted(wanted, 'member')} active` },
  ];
  return facts.filter(({ count }) => count > 0).map(({ tone, text }) => ({ tone, text }));
}
