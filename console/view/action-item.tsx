/** Actions that do the same for the same reason: how many, where, why, and to which members. */

import type { ActionGroup } from '../model/action-groups.ts';
import { Reason } from './reason.tsx';
import { StatusWord } from './status-word.tsx';

const tones = { 'start-member': 'coming', 'stop-member': 'leaving', assign: 'busy', 'forget-member': 'gone' } as const;

export function ActionItem({ group }: { readonly group: ActionGroup }) {
  const [first] = group.actions;
  const { kind, cluster, networkPartition, duty, because } = first;
  const tone = tones[kind] ?? 'gone';
  return (
    <article class="item" data-tone={tone}>
      <p class="item-head">
        <StatusWord word={kind} tone={tone} />
        {group.actions.length > 1 ? <b class="times">× {group.actions.length}</b> : null}
        <b>{cluster}</b>{duty === undefined ? null : <span class="label">{duty}</span>}
        <span class="push" /><span class="label">{networkPartition}</span>
      </p>
      <Reason because={because}>
        <ul class="names">{group.actions.map(({ member, partition }) => <li key={member}><code>{member}</code>{partition === null ? null : <span class="label"> on {partition}</span>}</li>)}</ul>
      </Reason>
    </article>
  );
}
