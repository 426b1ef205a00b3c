/** One entry of the journal; opened, why and with which facts. */

import type { Event } from '../../schemas/api/bodies.generated.ts';
import { absoluteText, clockText } from '../model/time-text.ts';
import { toneOfEvent } from '../model/tone.ts';
import { setOpen, isOpen } from '../state/store.ts';
import { EventFacts } from './event-facts.tsx';
import { StatusWord } from './status-word.tsx';

export function EventItem({ event }: { readonly event: Event }) {
  const { sequence, at, type, application, text } = event;
  const key = `event ${sequence} ${at}`;
  const open = isOpen(key, false);
  return (
    <details class="event" open={open} onToggle={({ currentTarget }) => {
      if (currentTarget.open !== isOpen(key, false)) setOpen(key, currentTarget.open);
    }}>
      <summary>
        <time dateTime={at} title={absoluteText(at)}>{clockText(at)}</time>
        <StatusWord word={type} tone={toneOfEvent(type)} />
        <span class="of">{application ?? 'platform'}</span>
        <span class="text">{text}</span>
      </summary>
      {open ? <EventFacts event={event} /> : null}
    </details>
  );
}
