/** A time relative to now; the exact one on hover. Each second only the texts that differ are touched. */

import { useComputed } from '@preact/signals';
import { absoluteText, agoText } from '../model/time-text.ts';
import { nowMs } from '../state/store.ts';

export function Ago({ at }: { readonly at: string }) {
  // The key gives another time a text of its own: a computed text knows only the time that it began with.
  return <time class="ago" dateTime={at} title={absoluteText(at)}><AgoText key={at} atMs={Date.parse(at)} /></time>;
}

function AgoText({ atMs }: { readonly atMs: number }) {
  return <>{useComputed(() => agoText(nowMs.value, atMs))}</>;
}
