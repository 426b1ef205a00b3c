/**
 * The operators' application: status API, event stream, webhooks, console. Read-only but for the hints of webhooks.
 * Invariant: no request reaches a handler before its Host and its verb were checked.
 */

import { Hono } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import type { Clock } from '../contracts/clock.ts';
import type { View } from '../contracts/view.ts';
import { createAnswers } from './answers.ts';
import { mountConsole } from './console-files.ts';
import { EventStreams } from './events/streams.ts';
import { hasSeveralHosts, hostCheck } from './host.ts';
import { openApiDocument } from './openapi.ts';
import { internalError, problemResponse, Refusal } from './refusal.ts';
import { honoPath, type Route } from './route.ts';
import type { Api } from './routes/api.ts';
import { applicationRoutes } from './routes/applications.ts';
import { definitionRoutes } from './routes/definitions.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { openApiRoute } from './routes/openapi.ts';
import { statusRoutes } from './routes/status.ts';
import { webhookRoutes } from './webhooks/receive.ts';

export interface OperatorOptions {
  /** Where people reach the listener under another name than localhost; its host is answered as well. */
  readonly publicUrl: string | null;
  /** The console's built files; null: none. */
  readonly consoleDirectory: string | null;
  readonly clock: Pick<Clock, 'after'>;
  /** Event streams open at once; 1000 unless said. */
  readonly streamsMax?: number;
  /** Bytes that may wait for one reader of the stream; 256 KiB unless said. */
  readonly streamQueueBytesMax?: number;
  /** Hears of failures that callers are not told about. */
  onError(error: unknown): void;
}

export interface Operator {
  readonly app: Hono;
  readonly routes: readonly Route[];
  /** Ends the event streams, so that the listener can close. */
  close(): void;
}

export function createOperatorApp(view: View, options: OperatorOptions): Operator {
  const streams = new EventStreams({
    view, clock: options.clock, onError: (error) => options.onError(error),
    clientsMax: options.streamsMax ?? 1000, queueBytesMax: options.streamQueueBytesMax ?? 256 * 1024,
  });
  const api: Api = { view, answer: createAnswers(() => view.version()) };
  const operations: Route[] = [
    ...healthRoutes(view), ...statusRoutes(api), ...applicationRoutes(api), ...eventRoutes(api, streams), ...definitionRoutes(api), ...webhookRoutes(view),
  ];
  const routes = [...operations, openApiRoute((self) => openApiDocument([...operations, self]))];

  const app = new Hono();
  const hostIsOurs = hostCheck(options.publicUrl);
  app.use(function guard(c, next) {
    const incoming = (c.env as Partial<HttpBindings> | undefined)?.incoming;
    if (incoming !== undefined && hasSeveralHosts(incoming.rawHeaders)) throw severalHosts();
    if (!hostIsOurs(c.req.header('host'), incoming?.socket.localPort)) throw misdirected();
    const allowed = c.req.path.startsWith('/webhooks/') ? ['POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(c.req.method)) throw wrongVerb(c.req.method, allowed);
    return next();
  });
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route), (c) => route.handle(c));
  mountConsole(app, options.consoleDirectory);
  app.notFound(() => problemResponse(new Refusal({ status: 404, code: 'not-found', detail: 'There is nothing at this path; /api/v1/openapi.json lists what there is' })));
  app.onError((error) => {
    if (error instanceof Refusal) return problemResponse(error);
    options.onError(error);
    return problemResponse(internalError());
  });
  return { app, routes, close: () => streams.close() };
}

function misdirected(): Refusal {
  return new Refusal({ status: 421, code: 'unknown-host', detail: 'This server does not answer to that Host; STRATOS_PUBLIC_URL names the one under which it is reached from outside' });
}

function severalHosts(): Refusal {
  return new Refusal({ status: 400, code: 'invalid-request', detail: 'A request has one Host header' });
}

function wrongVerb(verb: string, allowed: readonly string[]): Refusal {
  const detail = allowed.includes('POST') ? 'Webhooks are sent with POST' : `${verb} is not possible: the API is read-only, and what is wanted is changed in Git`;
  return new Refusal({ status: 405, code: 'method-not-allowed', detail, headers: { allow: allowed.join(', ') } });
}
