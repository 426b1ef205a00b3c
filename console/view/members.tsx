/** The members of a cluster by slot; of very many, the first ones until all are asked for. */

import type { Member } from '../../schemas/api/bodies.generated.ts';
import { isOpen, setOpen } from '../state/store.ts';
import { MemberBranch } from './member-branch.tsx';

const shownMax = 100;
/** From here on the browser lays out only the rows that are seen. */
const manyMin = 60;

export function Members({ id, members }: { readonly id: string; readonly members: readonly Member[] }) {
  const key = `all of ${id}`;
  const shown = isOpen(key, false) ? members : members.slice(0, shownMax);
  return (
    <ul class="members" data-many={shown.length > manyMin}>
      {shown.map((member) => <li key={member.id}><MemberBranch member={member} /></li>)}
      {shown.length < members.length ? <li><button type="button" class="more" onClick={() => setOpen(key, true)}>Show all {members.length.toLocaleString('en')} members</button></li> : null}
      {members.length === 0 ? <li class="quiet">No members.</li> : null}
    </ul>
  );
}
