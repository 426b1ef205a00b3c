/** Chooses whose events are shown, and stops the list for reading. */

import { eventFilter, events, eventsWaiting, frozenEvents, snapshot } from '../state/store.ts';

export function EventControls() {
  const paused = frozenEvents.value !== null;
  const names = (snapshot.value?.applications ?? []).map(({ name }) => name);
  const waiting = eventsWaiting.value;
  return (
    <>
      <label><span class="away">Events of</span>
        <select value={eventFilter.value ?? ''} onChange={(event) => { eventFilter.value = event.currentTarget.value === '' ? null : event.currentTarget.value; }}>
          <option value="">all applications</option>
          {names.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <button type="button" class="pause" aria-pressed={paused} onClick={() => { frozenEvents.value = paused ? null : events.value; }}>
        {paused ? `Paused${waiting > 0 ? `, ${waiting} new` : ''}` : 'Pause'}
      </button>
    </>
  );
}
