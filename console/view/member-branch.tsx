/** A member in one line; opened, everything that is known of it. */

import type { Member } from '../../schemas/api/bodies.generated.ts';
import { toneOfLife, toneOfMember, toneOfServing } from '../model/tone.ts';
import { Ago } from './ago.tsx';
import { Branch } from './branch.tsx';
import { CommitId } from './commit-id.tsx';
import { MemberFacts } from './member-facts.tsx';
import { StatusWord } from './status-word.tsx';

export function MemberBranch({ member }: { readonly member: Member }) {
  const { id, status, serving, partition, artifacts, since, remark } = member;
  const tone = toneOfMember(member);
  const row = (
    <>
      <span class="glyph" data-tone={tone} aria-hidden="true" />
      <span class="name"><code>{id}</code></span>
      <span class="artifact">{artifacts[0] === undefined ? null : <CommitId commit={artifacts[0].commit} />}</span>
      <span class="where" title={partition}>{partition.slice(partition.indexOf('/') + 1)}</span>
      <span class="since"><Ago at={since} /></span>
      <span class="serving" data-tone={toneOfServing(serving)}><span class="label">serving</span> {serving}</span>
      <StatusWord word={status} tone={toneOfLife(status)} />
      {tone === 'bad' && remark !== '' ? <span class="remark">{remark}</span> : null}
    </>
  );
  return <Branch id={`member ${id}`} kind="member" openAtFirst={false} row={row}>{() => <MemberFacts member={member} />}</Branch>;
}
