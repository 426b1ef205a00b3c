/** One problem: where, what, and what would mend it. */

import type { Problem } from '../../schemas/api/bodies.generated.ts';
import { placeText } from '../model/place-text.ts';
import { toneOfSeverity } from '../model/tone.ts';
import { StatusWord } from './status-word.tsx';

export function ProblemItem({ problem }: { readonly problem: Problem }) {
  const { severity, code, message, source, document, applications = [], hint } = problem;
  return (
    <article class="item" data-tone={toneOfSeverity(severity)}>
      <p class="item-head"><StatusWord word={severity} tone={toneOfSeverity(severity)} /><code class="file">{placeText(problem)}</code><span class="push" /><span class="label">{source}</span></p>
      <p class="text">{message}</p>
      {hint === undefined ? null : <p class="hint">{hint}</p>}
      <p class="fine"><code>{code}</code>{document === undefined ? null : <> in {document}</>}{applications.length === 0 ? null : <> · holds {applications.join(', ')} at its last good state</>}</p>
    </article>
  );
}
