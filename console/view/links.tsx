/** What the reconciler depends on: brokers and providers, and whether they answer. */

import type { Link } from '../../schemas/api/bodies.generated.ts';
import { snapshot } from '../state/store.ts';

export function Links() {
  const { brokers = [], providers = [] } = snapshot.value?.status ?? {};
  return (
    <section class="links" aria-labelledby="links-title">
      <h2 id="links-title" class="away">Brokers and providers</h2>
      <ul>
        {brokers.map((link) => <LinkState key={`broker ${link.name}`} link={link} kind="broker" />)}
        {providers.map((link) => <LinkState key={`provider ${link.name}`} link={link} kind="provider" />)}
      </ul>
    </section>
  );
}

function LinkState({ link, kind }: { readonly link: Link; readonly kind: string }) {
  const tone = link.connected ? 'good' : 'bad';
  return (
    <li title={link.detail}>
      <span class="glyph" data-tone={tone} aria-hidden="true" />
      <span class="label">{kind}</span> <b>{link.name}</b> <span class="state" data-tone={tone}>{link.connected ? 'connected' : 'away'}</span>
      {link.connected || link.detail === '' ? null : <span class="detail">{link.detail}</span>}
    </li>
  );
}
