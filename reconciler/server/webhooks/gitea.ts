/** Gitea and Forgejo: push events; the signature is HMAC-SHA-256 of the body, in bare hex. */

import type { Forge } from './forge.ts';
import { reference, repositoryUrl, valueAt } from './payload.ts';

export const gitea: Forge = {
  sendsForms: true,
  proof(header) {
    const hex = /^[0-9a-f]{64}$/i.exec(header('x-gitea-signature') ?? '')?.[0];
    return hex === undefined ? null : { kind: 'signature', hex };
  },
  delivery: (header) => header('x-gitea-delivery') ?? null,
  announced(payload) {
    const repository = valueAt(payload, 'repository');
    return {
      repositoryUrl: repositoryUrl(valueAt(repository, 'clone_url'), valueAt(repository, 'html_url'), valueAt(repository, 'ssh_url')),
      reference: reference(valueAt(payload, 'ref')),
    };
  },
};
