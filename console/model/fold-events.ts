/** The list of events that the page keeps: newest first, none twice, bounded. */

import type { Event } from '../../schemas/api/bodies.generated.ts';

/**
 * @param events newest first.
 * @param next what came, oldest first. A sequence that goes back begins a new journal: what was kept belongs to one that
 * is no more.
 */
export function foldEvents(events: readonly Event[], next: readonly Event[], max: number): readonly Event[] {
  let folded = events;
  for (const event of next) {
    const newest = folded[0];
    if (newest === undefined || event.sequence > newest.sequence) folded = [event, ...folded.slice(0, max - 1)];
    else if (!folded.some((known) => known.sequence === event.sequence && known.at === event.at)) folded = [event];
  }
  return folded;
}

/** Events of one application and of the platform as a whole are told apart by `application`; null: all of them. */
export function eventsOf(events: readonly Event[], application: string | null): readonly Event[] {
  return application === null ? events : events.filter((event) => event.application === application);
}
