/**
 * Keeps the page up to date: one event stream, a new reading of the API after each change, back-off when the connection
 * is lost. Owns the connection's state in the store. While the page is hidden for long the stream is closed: browsers
 * allow few connections to one server, and a page that nobody looks at should not hold one.
 */

import { batch } from '@preact/signals';
import type { Change, Event } from '../../schemas/api/bodies.generated.ts';
import type { Clock } from '../clock.ts';
import { backOffMs } from '../model/back-off.ts';
import type { Message } from '../model/event-stream.ts';
import { foldEvents } from '../model/fold-events.ts';
import type { Fetch } from './api.ts';
import { readSnapshot, readTree } from './read-snapshot.ts';
import { createRefresher, type Refresher } from './refresher.ts';
import { connection, events, eventsMax, isApplicationOpen, readFailure, snapshot, tenant } from './store.ts';
import { readStream } from './stream.ts';

export interface Session {
  /** Connects at once instead of waiting for the next attempt. */
  connectNow(): void;
  /** The page is hidden, or shown again. */
  visible(isVisible: boolean): void;
  /** Reads the tree of an application that was opened. */
  openTree(name: string): void;
}

const hiddenMs = 60_000;

export function startSession({ fetch, clock }: { readonly fetch: Fetch; readonly clock: Clock }): Session {
  let lastEventId = '';
  let attempt = 0;
  let lostAtMs: number | null = null;
  let stream: AbortController | null = null;
  let cancelNext = (): void => {};
  let cancelSleep = (): void => {};

  const refresher = createRefresher(clock, async () => {
    snapshot.value = await readSnapshot({ fetch, tenant: tenant.value, nowMs: () => clock.nowMs(), wantsTree: isApplicationOpen });
  }, (failure) => { readFailure.value = failure; });

  const received = (messages: readonly Message[]): void => {
    lastEventId = messages.at(-1)?.id ?? lastEventId;
    take(messages, refresher);
  };

  const opened = (): void => {
    attempt = 0;
    lostAtMs = null;
    connection.value = { state: 'live' };
  };

  const waitAfter = (why: string): void => {
    attempt += 1;
    lostAtMs ??= clock.nowMs();
    const delayMs = backOffMs(attempt, clock.random());
    connection.value = { state: 'waiting', why, sinceMs: lostAtMs, nextAtMs: clock.nowMs() + delayMs };
    cancelNext = clock.after(delayMs, () => void connect());
  };

  const connect = async (): Promise<void> => {
    cancelNext();
    stream?.abort();
    const mine = stream = new AbortController();
    if (lostAtMs === null) connection.value = { state: 'connecting' };
    let why = 'the server has ended the stream';
    try {
      await readStream({ fetch, clock, tenant: tenant.value, lastEventId, signal: mine.signal, opened, received });
    } catch (error) {
      why = error instanceof TypeError ? 'the server does not answer' : error instanceof Error ? error.message : String(error);
    }
    // Whoever aborted it has decided what comes next.
    if (!mine.signal.aborted) waitAfter(why);
  };

  refresher.request();
  void connect();
  return {
    connectNow: () => void connect(),
    visible(isVisible) {
      cancelSleep();
      if (!isVisible) cancelSleep = clock.after(hiddenMs, () => { stream?.abort(); cancelNext(); });
      else if (stream?.signal.aborted !== false || connection.value.state === 'waiting') void connect();
    },
    openTree: (name) => void addTree({ fetch, tenant: tenant.value }, name, refresher),
  };
}

function take(messages: readonly Message[], refresher: Refresher): void {
  batch(() => {
    const entries = messages.filter(({ event }) => event === 'journal').map(({ data }) => JSON.parse(data) as Event);
    if (entries.length > 0) events.value = foldEvents(events.value, entries, eventsMax);
  });
  const change = messages.findLast(({ event }) => event === 'change');
  if (change === undefined) return;
  const { version } = JSON.parse(change.data) as Change;
  if (snapshot.value?.status.version !== version) refresher.request();
}

async function addTree(of: { readonly fetch: Fetch; readonly tenant: string }, name: string, refresher: Refresher): Promise<void> {
  if (snapshot.value?.trees.has(name) === true) return;
  try {
    const tree = await readTree(of, name);
    const now = snapshot.value;
    if (now !== null && tree !== null) snapshot.value = { ...now, trees: new Map(now.trees).set(name, tree) };
  } catch {
    // The whole is read again, which also tells why it fails.
    refresher.request();
  }
}
