/** The row of a place that holds clusters: counts the members of all of them. */

import { activeCount, membersBelow } from '../model/tally.ts';
import type { Tone } from '../model/tone.ts';
import { Row } from './row.tsx';

export function placeRow(place: Parameters<typeof membersBelow>[0], of: { readonly name: string; readonly note: string; readonly word: string; readonly tone: Tone }) {
  const members = membersBelow(place);
  const active = activeCount(members);
  return <Row name={of.name} note={of.note} dots={null} count={`${active}/${members.length}`} countTitle={`${active} of ${members.length} members active`} word={of.word} tone={of.tone} />;
}
