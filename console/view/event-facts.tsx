/** Why something happened, and the named facts of it. */

import type { Event } from '../../schemas/api/bodies.generated.ts';
import { absoluteText } from '../model/time-text.ts';
import { placeText } from '../model/place-text.ts';
import { Ago } from './ago.tsx';
import { CommitId } from './commit-id.tsx';

export function EventFacts({ event }: { readonly event: Event }) {
  const { sequence, at, because, facts } = event;
  const inputs = Object.entries(because?.inputs ?? {});
  return (
    <dl class="facts">
      <dt>When</dt><dd>{absoluteText(at)} (<Ago at={at} />), number {sequence}</dd>
      {Object.entries(facts).map(([name, value]) => [<dt key={`name ${name}`}>{name}</dt>, <dd key={`value ${name}`}><code>{String(value)}</code></dd>])}
      {because === null ? null : <><dt>Because</dt><dd>{because.text} <code>{because.rule}</code></dd></>}
      {inputs.length === 0 ? null : <><dt>Seen</dt><dd>{inputs.map(([name, value]) => `${name} ${String(value)}`).join(', ')}</dd></>}
      {because?.origin ? <><dt>From</dt><dd><code class="file">{placeText(because.origin)}</code> in {because.origin.source} at <CommitId commit={because.origin.commit} /></dd></> : null}
    </dl>
  );
}
