/** The journal as it is written, newest first. */

import { eventFilter, frozenEvents, shownEvents } from '../state/store.ts';
import { EventControls } from './event-controls.tsx';
import { EventItem } from './event-item.tsx';
import { Panel } from './panel.tsx';

export function Events() {
  const shown = shownEvents.value;
  return (
    <Panel id="events" title="Events" note={<EventControls />}>
      {shown.length === 0 ? <p class="quiet">{eventFilter.value === null ? 'Nothing has happened yet.' : `Nothing has happened to ${eventFilter.value} lately.`}</p> : (
        <ol class="events" data-paused={frozenEvents.value !== null}>{shown.map((event) => <li key={event.sequence}><EventItem event={event} /></li>)}</ol>
      )}
    </Panel>
  );
}
