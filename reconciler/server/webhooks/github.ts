/** GitHub: push events; the signature is HMAC-SHA-256 of the body (the older SHA-1 header is not accepted). */

import { prefixedSignature, type Forge } from './forge.ts';
import { reference, repositoryUrl, valueAt } from './payload.ts';

export const github: Forge = {
  sendsForms: true,
  proof: (header) => prefixedSignature(header('x-hub-signature-256')),
  delivery: (header) => header('x-github-delivery') ?? null,
  announced(payload) {
    const repository = valueAt(payload, 'repository');
    return {
      repositoryUrl: repositoryUrl(valueAt(repository, 'clone_url'), valueAt(repository, 'html_url'), valueAt(repository, 'ssh_url'), valueAt(repository, 'git_url')),
      reference: reference(valueAt(payload, 'ref')),
    };
  },
};
