/** A word of the API with the colour and shape of its tone. */

import type { Tone } from '../model/tone.ts';

export function StatusWord({ word, tone }: { readonly word: string; readonly tone: Tone }) {
  return <span class="word" data-tone={tone}><span class="glyph" data-tone={tone} aria-hidden="true" />{word}</span>;
}
