/** The topics of an installation: `<installation>/assign/…` and `<installation>/report/…`, both retained, both ending in the member. */

import type { InstallationId } from '../../../schemas/ids.ts';
import { addressWords } from '../address.ts';
import type { MemberAddress } from '../transport.ts';

export type TopicKind = 'assign' | 'report';

export function topicOf(kind: TopicKind, installation: InstallationId, address: MemberAddress): string {
  const [first, ...rest] = addressWords(installation, address);
  return [first, kind, ...rest].join('/');
}

/** Matches the reports of one shard. */
export function shardFilter(installation: InstallationId, shard: number): string {
  return `${installation}/report/${shard}/#`;
}

/** A topic taken apart: its kind, its member, and the words that say where the member is. Null for any other text, and for a filter with a wildcard. */
export function parseTopic(installation: InstallationId, topic: string): { readonly kind: TopicKind; readonly member: string; readonly place: string } | null {
  const [first, kind, ...place] = topic.split('/');
  const member = place.at(-1);
  if (first !== installation || (kind !== 'assign' && kind !== 'report') || place.length !== 5 || member === undefined) return null;
  return /[#+]/.test(topic) ? null : { kind, member, place: place.join('/') };
}
