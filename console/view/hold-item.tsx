/** Something that is wanted and not done: why not, with the numbers, until when, and how a person can release it. */

import type { Hold } from '../../schemas/api/bodies.generated.ts';
import { approvalFor } from '../model/approval.ts';
import { toneOfHold } from '../model/tone.ts';
import { nowMs } from '../state/store.ts';
import { Ago } from './ago.tsx';
import { Reason } from './reason.tsx';
import { StatusWord } from './status-word.tsx';

export function HoldItem({ hold }: { readonly hold: Hold }) {
  const { id, kind, cluster, networkPartition, until, because } = hold;
  const approval = approvalFor(hold, nowMs.peek());
  return (
    <article class="item" data-tone={toneOfHold(kind)}>
      <p class="item-head">
        <StatusWord word={kind} tone={toneOfHold(kind)} /><b>{cluster ?? 'whole application'}</b>
        <span class="push" />{networkPartition === null ? null : <span class="label">{networkPartition}</span>}
      </p>
      <Reason because={because}><p class="fine">hold <code>{id}</code></p></Reason>
      {until === null ? null : <p class="hint">Ends by itself <Ago at={until} />.</p>}
      {approval === null ? null : <div class="hint"><p>To release it, put this document into a source:</p><pre class="copy">{approval}</pre></div>}
    </article>
  );
}
