/** An application, with its instances below. Its tree is read when it is opened. */

import { useContext, useEffect } from 'preact/hooks';
import type { ApplicationSummary } from '../../schemas/api/bodies.generated.ts';
import { membersBelow } from '../model/tally.ts';
import { toneOfComponent } from '../model/tone.ts';
import { applicationKey, isApplicationOpen, snapshot } from '../state/store.ts';
import { Branch } from './branch.tsx';
import { CommitId } from './commit-id.tsx';
import { InstanceBranch } from './instance-branch.tsx';
import { MemberDots } from './member-dots.tsx';
import { Row } from './row.tsx';
import { SessionContext } from './session-context.ts';

export function ApplicationBranch({ application, applications }: { readonly application: ApplicationSummary; readonly applications: number }) {
  const session = useContext(SessionContext);
  const { name, status, revision, members } = application;
  const tree = snapshot.value?.trees.get(name);
  const open = isApplicationOpen(name, applications);
  const missing = tree === undefined;
  useEffect(() => {
    if (open && missing) session.openTree(name);
  }, [open, missing, name]);
  const row = (
    <Row name={<h3>{name}</h3>} note={<CommitId commit={revision} />} word={status} tone={toneOfComponent(status)}
      dots={tree === undefined || open ? null : <MemberDots members={tree.instances.flatMap(membersBelow)} />} count={`${members.active}/${members.wanted}`} countTitle={`${members.active} active of ${members.wanted} wanted members`} />
  );
  return (
    <Branch id={applicationKey(name)} kind="application" openAtFirst={open} row={row}>
      {() => (tree === undefined ? <p class="quiet">Reading …</p> : (
        <ul>
          {tree.instances.map((instance) => <li key={instance.networkPartition}><InstanceBranch instance={instance} path={name} /></li>)}
          {tree.instances.length === 0 ? <li class="quiet">Runs nowhere.</li> : null}
        </ul>
      ))}
    </Branch>
  );
}
