/** One line of the tree: name, dots, count, word, in columns that stand below one another at every depth. */

import type { ComponentChildren } from 'preact';
import type { Tone } from '../model/tone.ts';
import { StatusWord } from './status-word.tsx';

export function Row(of: {
  readonly name: ComponentChildren; readonly note: ComponentChildren; readonly dots: ComponentChildren;
  readonly count: string; readonly countTitle: string; readonly word: string; readonly tone: Tone;
}) {
  return (
    <>
      <span class="name">{of.name}<span class="note">{of.note}</span></span>
      <span class="dots-cell">{of.dots}</span>
      <span class="count" title={of.countTitle}>{of.count}</span>
      <StatusWord word={of.word} tone={of.tone} />
    </>
  );
}
