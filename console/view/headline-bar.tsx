/**
 * The state in one sentence, or, when the page is cut off, that it is and when the next attempt comes. One line of fixed
 * height, so that nothing below moves; its sentence is announced to screen readers, its countdown is not.
 */

import { useContext } from 'preact/hooks';
import { agoText, clockText } from '../model/time-text.ts';
import { connection, headline, nowMs, readFailure, snapshot } from '../state/store.ts';
import { SessionContext } from './session-context.ts';

export function HeadlineBar() {
  const { tone, text } = sentence();
  return (
    <div class="headline" data-tone={tone}>
      <span class="glyph" data-tone={tone} aria-hidden="true" />
      <p role="status" aria-live="polite">{text}</p>
      <Aside />
    </div>
  );
}

function sentence(): { readonly tone: string; readonly text: string } {
  const at = connection.value;
  const read = snapshot.value;
  if (at.state === 'waiting') {
    const asOf = read === null ? '' : ` What you see is as of ${clockText(new Date(read.readAtMs).toISOString())}.`;
    return { tone: 'bad', text: `Disconnected: ${at.why}.${asOf}` };
  }
  if (readFailure.value !== null) return { tone: 'bad', text: `The state cannot be read: ${readFailure.value}` };
  return headline.value ?? { tone: 'coming', text: 'Reading the platform …' };
}

function Aside() {
  const session = useContext(SessionContext);
  const at = connection.value;
  if (at.state !== 'waiting') return null;
  return (
    <>
      <span class="countdown" aria-hidden="true">next attempt {agoText(nowMs.value, Math.max(at.nextAtMs, nowMs.value))}</span>
      <button type="button" onClick={() => session.connectNow()}>Connect now</button>
    </>
  );
}
