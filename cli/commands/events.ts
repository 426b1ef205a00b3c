/** `stratos events`: the journal, what was decided, because of what, with what outcome. */

import type { Event, EventList } from '../../schemas/api/bodies.generated.ts';
import { follow } from '../event-stream.ts';
import { online, type Online, type OnlineOptions } from '../online.ts';
import { cleanAll, safeJson } from '../outside-text.ts';
import { safeYaml } from '../output.ts';
import type { Paint } from '../terminal.ts';
import { facts, place } from '../words.ts';

export interface EventsOptions extends OnlineOptions {
  readonly application?: string;
  readonly last: number;
  readonly since?: number;
  readonly follow?: boolean;
}

export async function showEvents(options: EventsOptions): Promise<void> {
  const session = online(options);
  const query = { application: options.application, since: options.since ?? -options.last };
  if (options.follow === true) return followEvents(session, query);
  const items: Event[] = [];
  for (let since: number | null = query.since; since !== null;) {
    const { body }: { body: EventList } = await session.api.get<EventList>('events', { ...query, since, limit: 500 });
    items.push(...body.items);
    since = body.next;
  }
  if (options.output === 'json') session.terminal.print(safeJson({ items }, 2));
  else if (options.output === 'yaml') session.terminal.print(await safeYaml({ items }));
  else if (items.length === 0) session.terminal.say('No events.');
  else for (const event of items) session.terminal.print(eventText(event, session));
}

/** One line per event as it happens: JSON lines, YAML documents, or text. */
async function followEvents(session: Online, query: { application: string | undefined; since: number }): Promise<void> {
  const { terminal, options, api } = session;
  const onLost = (why: string): void => terminal.say(`The connection is lost (${why}); trying again …`);
  for await (const { event, data } of follow(api, query, onLost)) {
    if (event !== 'journal') continue;
    const entry = JSON.parse(data) as Event;
    if (options.output === 'json') terminal.print(safeJson(entry, 0));
    else if (options.output === 'yaml') terminal.print(`---\n${await safeYaml(entry)}`);
    else terminal.print(eventText(entry, session));
  }
}

function eventText(raw: Event, { terminal: { paint }, options }: Pick<Online, 'terminal' | 'options'>): string {
  const event = cleanAll(raw);
  if (options.output === 'name') return String(event.sequence);
  const line = `${paint('dim', event.at)} ${paintType(event.type, paint)} ${event.application ?? '-'} ${event.text}`;
  if (options.output !== 'wide') return line;
  const origin = event.because?.origin ?? null;
  const details = [event.because === null ? '' : `because: ${event.because.text}`, origin === null ? '' : `at: ${place(origin)}`, facts(event.facts)];
  return [line, ...details.filter((detail) => detail !== '').map((detail) => paint('dim', `    ${detail}`))].join('\n');
}

const bad = new Set<Event['type']>(['problem', 'action-stalled', 'member-lost', 'rollout-failed']);
const good = new Set<Event['type']>(['synced', 'action-done', 'member-active', 'rollout-done', 'hold-ended']);

function paintType(type: Event['type'], paint: Paint): string {
  const text = type.padEnd(15);
  return paint(bad.has(type) ? 'red' : good.has(type) ? 'green' : 'cyan', text);
}
