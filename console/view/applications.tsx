/** Everything that runs, as a tree. */

import type { ApplicationSummary } from '../../schemas/api/bodies.generated.ts';
import { snapshot } from '../state/store.ts';
import { moveInTree } from '../state/tree-keys.ts';
import { ApplicationBranch } from './application-branch.tsx';
import { NoApplications } from './no-applications.tsx';
import { Panel } from './panel.tsx';

export function Applications() {
  const { applications = [], truncated = false } = snapshot.value ?? {};
  return (
    <Panel id="applications" title="Applications" note={<Note applications={applications} />}>
      {applications.length === 0 ? <NoApplications /> : (
        <ul class="tree" onKeyDown={(event) => moveInTree(event.currentTarget, event)}>
          {applications.map((application) => <li key={application.name}><ApplicationBranch application={application} applications={applications.length} /></li>)}
        </ul>
      )}
      {truncated ? <p class="quiet">There are more; these are the first {applications.length}.</p> : null}
    </Panel>
  );
}

function Note({ applications }: { readonly applications: readonly ApplicationSummary[] }) {
  const wanted = applications.reduce((sum, { members }) => sum + members.wanted, 0);
  const active = applications.reduce((sum, { members }) => sum + members.active, 0);
  return applications.length === 0 ? null : <span><b>{active.toLocaleString('en')}</b> active of {wanted.toLocaleString('en')} wanted</span>;
}
