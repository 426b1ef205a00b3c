/** All that the API says of a member. */

import type { Member } from '../../schemas/api/bodies.generated.ts';
import { absoluteText } from '../model/time-text.ts';
import { Address } from './address.tsx';
import { Ago } from './ago.tsx';

export function MemberFacts({ member }: { readonly member: Member }) {
  const { id, slot, incarnation, status, serving, partition, endpoints, artifacts, since, remark } = member;
  return (
    <dl class="facts">
      <dt>Member</dt><dd><code>{id}</code></dd>
      <dt>Slot</dt><dd>{slot}, incarnation {incarnation}</dd>
      <dt>Status</dt><dd>{status}, serving {serving}</dd>
      <dt>Partition</dt><dd>{partition}</dd>
      <dt>Endpoints</dt>
      <dd>{endpoints.length === 0 ? 'none yet' : <ul>{endpoints.map(({ port, url }) => <li key={`${port} ${url}`}><span class="key">{port}</span> <Address url={url} /></li>)}</ul>}</dd>
      <dt>Artifacts</dt>
      <dd>{artifacts.length === 0 ? 'none yet' : <ul>{artifacts.map(({ repository, commit }) => <li key={repository}><span class="key">{repository}</span> <code>{commit}</code></li>)}</ul>}</dd>
      <dt>Since</dt><dd>{absoluteText(since)} (<Ago at={since} />)</dd>
      {remark === '' ? null : <><dt>Remark</dt><dd>{remark}</dd></>}
    </dl>
  );
}
