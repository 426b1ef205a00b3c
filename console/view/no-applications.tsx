/** The first thing that a new platform shows. */

import { snapshot } from '../state/store.ts';

export function NoApplications() {
  const [source] = snapshot.value?.status.sources ?? [];
  if (source === undefined) {
    return <div class="empty"><h3>No source is configured</h3><p>The platform runs what its sources define. Name a Git repository or a folder as a source, and it is read here.</p></div>;
  }
  return (
    <div class="empty">
      <h3>Nothing is defined yet</h3>
      <p>Push a document of <code>kind: Application</code> to the branch <code>{source.branch}</code> of this source. It is read within moments and appears here.</p>
      <pre>{source.url}</pre>
    </div>
  );
}
