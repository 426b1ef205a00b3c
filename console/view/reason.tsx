/** Why: the sentence, the numbers behind it, and, opened, rule and place in the source. */

import type { ComponentChildren } from 'preact';
import type { Because } from '../../schemas/api/bodies.generated.ts';
import { placeText } from '../model/place-text.ts';
import { CommitId } from './commit-id.tsx';

export function Reason({ because, children }: { readonly because: Because; readonly children?: ComponentChildren }) {
  const { rule, text, origin } = because;
  const inputs = Object.entries(because.inputs);
  return (
    <details class="reason">
      <summary>{text}</summary>
      {inputs.length === 0 ? null : <dl class="inputs">{inputs.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{String(value)}</dd></div>)}</dl>}
      <p class="fine">rule <code>{rule}</code></p>
      {origin === null ? null : <p class="fine">from <code class="file">{placeText(origin)}</code>{origin.pointer === '' ? null : <> <code>{origin.pointer}</code></>} in {origin.source} at <CommitId commit={origin.commit} /></p>}
      {children}
    </details>
  );
}
