/** How many members of a cluster are in which state. */

import type { Cluster, Group, Member } from '../../schemas/api/bodies.generated.ts';
import { toneOfMember, tones, type Tone } from './tone.ts';

/** Members by tone, in the order of the tones; tones that no member has are left out. */
export function tally(members: readonly Member[]): readonly { readonly tone: Tone; readonly count: number }[] {
  const counts = new Map<Tone, number>();
  for (const member of members) {
    const tone = toneOfMember(member);
    counts.set(tone, (counts.get(tone) ?? 0) + 1);
  }
  return tones.flatMap((tone) => (counts.has(tone) ? [{ tone, count: counts.get(tone) ?? 0 }] : []));
}

export function activeCount(members: readonly Member[]): number {
  return members.filter(({ status }) => status === 'active').length;
}

/** All members below a place of the tree, in its order. */
export function membersBelow(place: { readonly groups: readonly Group[]; readonly clusters: readonly Cluster[] }): readonly Member[] {
  return [...place.groups.flatMap(membersBelow), ...place.clusters.flatMap((cluster) => cluster.members)];
}

/** The counts of one cluster in words, by the API's own words: `3 yes, 1 no(updating)`, `2 starting`. */
export function tallyText(members: readonly Member[]): string {
  if (members.length === 0) return 'no members';
  const counts = new Map<string, number>();
  for (const { status, serving } of members) {
    const word = status !== 'active' ? status : serving === 'yes' ? 'active' : `active, serving ${serving}`;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join('; ');
}
