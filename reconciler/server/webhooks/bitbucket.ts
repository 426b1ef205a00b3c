/** Bitbucket, Cloud (`repo:push`) and Data Center (`repo:refs_changed`); the signature is HMAC-SHA-256 of the body. */

import { prefixedSignature, type Forge } from './forge.ts';
import { listAt, repositoryUrl, soleReference, valueAt } from './payload.ts';

export const bitbucket: Forge = {
  sendsForms: false,
  proof: (header) => prefixedSignature(header('x-hub-signature')),
  delivery: (header) => header('x-request-uuid') ?? header('x-request-id') ?? null,
  announced(payload) {
    const links = valueAt(payload, 'repository', 'links');
    const clones = listAt(links, 'clone').map((link) => valueAt(link, 'href'));
    const changes = listAt(payload, 'push', 'changes').map(cloudReference);
    const references = listAt(payload, 'changes').map((change) => valueAt(change, 'ref', 'id'));
    return {
      repositoryUrl: repositoryUrl(...clones, valueAt(links, 'html', 'href')),
      reference: soleReference([...changes, ...references]),
    };
  },
};

/** Cloud names a branch or a tag; a deleted one stands in `old`. */
function cloudReference(change: unknown): string | null {
  const side = valueAt(change, 'new') ?? valueAt(change, 'old');
  const name = valueAt(side, 'name');
  if (typeof name !== 'string') return null;
  return `refs/${valueAt(side, 'type') === 'tag' ? 'tags' : 'heads'}/${name}`;
}
