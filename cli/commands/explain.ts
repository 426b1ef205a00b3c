/** `stratos explain`: why something is done or not: commit, file and line, rule, what was seen, result. */

import type { Action, Application, Because, Event, EventList, Hold, Plan } from '../../schemas/api/bodies.generated.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { Api } from '../api.ts';
import { clustersOf, membersOf } from '../application-tree.ts';
import { exitCodes, Failure } from '../exit.ts';
import { showOnline, type OnlineOptions } from '../online.ts';
import type { Paint } from '../terminal.ts';
import { facts, place, shortRevision } from '../words.ts';

interface Explained {
  readonly application: string;
  /** What was asked about; null: all of it. */
  readonly subject: string | null;
  readonly revision: string;
  readonly actions: readonly Action[];
  readonly holds: readonly Hold[];
  /** The latest decisions about what was asked for, newest last. */
  readonly events: readonly Event[];
}

const eventsShown = 10;
const eventsSearched = 500;
/** What only says that something else was carried out or is over. */
const echoes = new Set<Event['type']>(['action-done', 'hold-ended']);

/** @param options `subject`: a hold's id, a member's id or a cluster; without one all of the application */
export function explain(options: OnlineOptions & { application: string; subject?: string }): Promise<void> {
  return showOnline<Explained>(options, async (api) => {
    const path = `applications/${encodeURIComponent(options.application)}`;
    const { body: plan } = await api.get<Plan>(`${path}/plan`);
    const events = await decisions(api, options.application);
    const body = options.subject === undefined ? whole(plan, events) : about(options.subject, plan, events, (await api.get<Application>(path)).body);
    return { body, text: (clean, { paint }) => explainedText(clean, paint), names: (clean) => clean.holds.map(({ id }) => id) };
  });
}

async function decisions(api: Api, application: string): Promise<readonly Event[]> {
  const { body } = await api.get<EventList>('events', { application, since: -eventsSearched, limit: eventsSearched });
  return body.items.filter(({ because, type }) => because !== null && !echoes.has(type));
}

function whole({ application, revision, actions, holds }: Plan, events: readonly Event[]): Explained {
  return { application, subject: null, revision, actions, holds, events: events.slice(-eventsShown) };
}

function about(subject: string, plan: Plan, events: readonly Event[], application: Application): Explained {
  const clusters = clustersOf(application).filter(({ path, cluster }) => [path, path.replaceAll(/\.\d+(?=\/)/g, ''), cluster.id].includes(subject));
  const members = new Set(clusters.flatMap(({ cluster }) => cluster.members.map(({ id }) => id)));
  const found: Explained = {
    application: plan.application,
    subject,
    revision: plan.revision,
    actions: plan.actions.filter(({ member, cluster, clusterId }) => [member, cluster, clusterId].includes(subject)),
    holds: plan.holds.filter(({ id, cluster }) => id === subject || cluster === subject),
    events: events.filter(({ facts: named }) => Object.values(named).some((value) => value === subject || members.has(String(value)))).slice(-eventsShown),
  };
  const exists = clusters.length > 0 || membersOf(application).some(({ id }) => id === subject);
  if (exists || found.actions.length + found.holds.length + found.events.length > 0) return found;
  const known = [...clustersOf(application).map(({ path }) => path), ...membersOf(application).map(({ id }) => id), ...plan.holds.map(({ id }) => id), ...plan.actions.flatMap(({ member, cluster }) => [member, cluster])];
  const near = nearest(subject, new Set(known));
  throw new Failure(exitCodes.notFound, `Nothing is planned, held or recorded about ${JSON.stringify(subject)} in ${plan.application}${near === null ? '' : `; did you mean ${near}?`}`, [
    `stratos explain ${plan.application} shows what is.`,
  ]);
}

function explainedText(body: Explained, paint: Paint): string {
  const parts = [
    ...body.holds.map((hold) => [`${paint('yellow', 'not done')} ${hold.cluster ?? body.application}: ${hold.kind} ${paint('dim', hold.id)}`, ...becauseLines(hold.because, paint), ...untilLines(hold)]),
    ...body.actions.map((action) => [`${paint('cyan', 'next')} ${action.kind} ${action.member} in ${action.cluster}`, ...becauseLines(action.because, paint)]),
    ...body.events.map((event) => [`${paint('green', 'was')} ${event.at} ${event.type}: ${event.text}`, ...(event.because === null ? [] : becauseLines(event.because, paint, event.text))]),
  ];
  const settled = `${body.subject ?? body.application}: nothing to do, all is as wanted at ${shortRevision(body.revision)}`;
  return [...(body.actions.length + body.holds.length === 0 ? [settled] : []), ...parts.map((lines) => lines.join('\n'))].join('\n\n');
}

/** @param said what the line above has said already */
function becauseLines({ text, rule, origin, inputs }: Because, paint: Paint, said = ''): readonly string[] {
  const from = origin === null ? [] : [`${place(origin)} ${origin.pointer} at ${shortRevision(origin.commit)} of ${origin.source}`];
  const seen = facts(inputs);
  return [...(said.includes(text) ? [] : [`  because  ${text}`]), ...[...from.map((where) => `  wanted   ${where}`), `  rule     ${rule}`, ...(seen === '' ? [] : [`  seen     ${seen}`])].map((line) => paint('dim', line))];
}

function untilLines({ until }: Hold): readonly string[] {
  return until === null ? [] : [`  until    ${until}`];
}
