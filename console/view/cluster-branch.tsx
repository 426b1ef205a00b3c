/** A cluster: one dot for each member in its row, and the members below. */

import type { Cluster } from '../../schemas/api/bodies.generated.ts';
import { activeCount } from '../model/tally.ts';
import { toneOfComponent } from '../model/tone.ts';
import { Branch } from './branch.tsx';
import { MemberDots } from './member-dots.tsx';
import { Members } from './members.tsx';
import { Row } from './row.tsx';

/** Clusters of more members than this are closed at first. */
const openMembersMax = 12;

export function ClusterBranch({ cluster }: { readonly cluster: Cluster }) {
  const { id, alias, cartridge, status, min, max, members } = cluster;
  const active = activeCount(members);
  const range = min === max ? `${min}` : `${min}–${max}`;
  const row = (
    <Row name={alias} note={<>{cartridge}<span class="range" title={`at least ${min}, at most ${max} members`}> {range}</span></>} dots={<MemberDots members={members} />}
      count={`${active}/${members.length}`} countTitle={`${active} of ${members.length} members active`} word={status} tone={toneOfComponent(status)} />
  );
  return (
    <Branch id={`cluster ${id}`} kind="cluster" openAtFirst={members.length <= openMembersMax} row={row}>
      {() => <Members id={id} members={members} />}
    </Branch>
  );
}
