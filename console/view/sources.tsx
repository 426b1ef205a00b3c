/** The sources, each with the commit that is in force. */

import { snapshot } from '../state/store.ts';
import { SourceCard } from './source-card.tsx';

export function Sources() {
  const sources = snapshot.value?.status.sources ?? [];
  return (
    <section class="sources" aria-labelledby="sources-title">
      <h2 id="sources-title" class="away">Sources</h2>
      <ul>{sources.map((source) => <li key={source.name}><SourceCard source={source} /></li>)}</ul>
      {sources.length === 0 ? <p class="quiet">No source is configured.</p> : null}
    </section>
  );
}
