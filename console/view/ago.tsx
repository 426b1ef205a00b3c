/** A time relative to now; the exact one on hover. */

import { absoluteText, agoText } from '../model/time-text.ts';
import { nowMs } from '../state/store.ts';

export function Ago({ at }: { readonly at: string }) {
  return <time class="ago" dateTime={at} title={absoluteText(at)}>{agoText(nowMs.value, Date.parse(at))}</time>;
}
