/** Everything that the page shows, in one place. Written by the session and by what the reader does; read by the views. */

import { computed, signal } from '@preact/signals';
import type { Application, ApplicationSummary, Event, Plan, Status } from '../../schemas/api/bodies.generated.ts';
import { eventsOf } from '../model/fold-events.ts';
import { headlineOf, type Headline } from '../model/headline.ts';

/** How the page stands to the server. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Lost or refused; the next attempt is made at `nextAtMs`. */
  | { readonly state: 'waiting'; readonly why: string; readonly sinceMs: number; readonly nextAtMs: number };

/** What was read from the API in one go. */
export interface Snapshot {
  readonly status: Status;
  readonly applications: readonly ApplicationSummary[];
  /** The applications whose tree is open, by name. */
  readonly trees: ReadonlyMap<string, Application>;
  readonly plans: readonly Plan[];
  /** Whether there are more applications than the page reads. */
  readonly truncated: boolean;
  readonly readAtMs: number;
}

export const eventsMax = 500;
/** Trees are open at first when there are no more applications than this. */
const openApplicationsMax = 4;

export const nowMs = signal(0);
export const tenant = signal('default');
export const connection = signal<Connection>({ state: 'connecting' });
/** Null: nothing has been read yet. */
export const snapshot = signal<Snapshot | null>(null);
/** Why the last reading failed; null when it did not. */
export const readFailure = signal<string | null>(null);

/** Newest first. */
export const events = signal<readonly Event[]>([]);
export const eventFilter = signal<string | null>(null);
/** The list as it was when the reader stopped it; null: it runs. */
export const frozenEvents = signal<readonly Event[] | null>(null);

/** What the reader opened or closed, by the key of the branch. */
export const opened = signal<ReadonlyMap<string, boolean>>(new Map());

export const shownEvents = computed(() => eventsOf(frozenEvents.value ?? events.value, eventFilter.value));

/** How many events have come since the list was stopped. */
export const eventsWaiting = computed(() => {
  const frozen = frozenEvents.value;
  if (frozen === null) return 0;
  const newest = frozen[0]?.sequence ?? 0;
  return eventsOf(events.value, eventFilter.value).filter(({ sequence }) => sequence > newest).length;
});

export const headline = computed<Headline | null>(() => (snapshot.value === null ? null : headlineOf(snapshot.value)));

export function isOpen(key: string, byDefault: boolean): boolean {
  return opened.value.get(key) ?? byDefault;
}

export function setOpen(key: string, open: boolean): void {
  opened.value = new Map(opened.value).set(key, open);
}

export const applicationKey = (name: string): string => `application ${name}`;

/** Whether the tree of an application is open, among so many. */
export function isApplicationOpen(name: string, applications: number): boolean {
  return isOpen(applicationKey(name), applications <= openApplicationsMax);
}
