/** The journal: as pages, and as a stream of events. */

import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { EventList } from '../../../schemas/api/bodies.generated.ts';
import { applicationId } from '../../../schemas/ids.ts';
import type { Page } from '../answers.ts';
import { concerns, type Filter } from '../events/client.ts';
import type { EventStreams } from '../events/streams.ts';
import { everyAnswerHeaders } from '../headers.ts';
import { parameterReader, parameters, type Given } from '../parameters.ts';
import { becausePresenter } from '../present/because.ts';
import { presentEvent } from '../present/event.ts';
import { Refusal } from '../refusal.ts';
import { refused, type Route } from '../route.ts';
import type { Api } from './api.ts';

const streamHeaders = { ...everyAnswerHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-store', vary: 'accept', 'x-accel-buffering': 'no' };

export function eventRoutes(api: Api, streams: EventStreams): Route[] {
  const { tenant, limit, since, applicationFilter, lastEventId } = parameters;
  const declared = [tenant, since, applicationFilter, limit, lastEventId];
  const read = parameterReader(declared, api.view);
  return [{
    method: 'get', path: '/api/v1/events', summary: 'The journal: what was decided, because of what, with what outcome',
    description: 'With `Accept: text/event-stream` a stream: an event `journal` for each entry, its id the sequence number, its data an Event; '
      + 'an event `change` at the beginning and whenever anything that the API shows has changed, its data a Change; a comment every 15 seconds. '
      + 'A stream begins after `Last-Event-ID`, else after `since`, else now. A reader that falls far behind is disconnected and can resume.',
    parameters: declared,
    responses: {
      200: { description: 'The entries.', content: { 'application/json': 'event-list', 'text/event-stream': null } },
      304: { description: 'Nothing has changed since the version that If-None-Match names.' },
      400: refused('A parameter is unknown, missing or not valid.'),
      404: refused('There is no such tenant.'),
      503: refused('Too many streams are open.'),
    },
    handle(c) {
      const given = read(c);
      const filter: Filter = { tenant: given.tenant, application: given.application === undefined ? null : applicationId({ tenant: given.tenant, name: given.application }) };
      if (!(c.req.header('accept') ?? '').includes('text/event-stream')) return api.answer(c, () => journalPage(api, filter, given));
      const start = startOfStream(c, given, api.view.lastSequence());
      // A HEAD request must not leave a stream behind that nobody reads.
      if (c.req.method === 'HEAD') return new Response(null, { headers: streamHeaders });
      const outgoing = (c.env as Partial<HttpBindings> | undefined)?.outgoing;
      return new Response(streams.open({ filter, since: start, cut: () => outgoing?.destroy() }), { headers: streamHeaders });
    },
  }];
}

async function journalPage(api: Api, filter: Filter, given: Given): Promise<Page> {
  const latest = api.view.lastSequence();
  const since = given.since === undefined ? 0 : counted(given.since, latest);
  const entries = await api.view.journal({ since, limit: given.limit, ...(filter.application === null ? {} : { application: filter.application }) });
  const showBecause = becausePresenter(api.view);
  const items = await Promise.all(entries.filter((entry) => concerns(entry, filter)).map((entry) => presentEvent(entry, showBecause)));
  const next = entries.length === given.limit ? (entries.at(-1)?.sequence ?? null) : null;
  const body: EventList = { items, next, latest };
  return { body, next: next === null ? null : { parameter: 'since', value: next } };
}

/** Null: from now on. */
function startOfStream(c: Context, given: Given, latest: number): number | null {
  const header = c.req.header('last-event-id');
  if (header !== undefined && !/^\d{1,15}$/.test(header)) {
    throw new Refusal({ status: 400, code: 'invalid-parameter', detail: 'Last-Event-ID is not the id of an event of this stream' });
  }
  if (header === undefined && given.since === undefined) return null;
  const start = header === undefined ? counted(given.since ?? 0, latest) : Number(header);
  // An id that was never given out belongs to a journal that is no more: the reader has seen nothing of this one.
  return start > latest ? 0 : start;
}

/** A negative number counts back from the newest entry. */
function counted(since: number, latest: number): number {
  return since < 0 ? Math.max(0, latest + since) : since;
}
