/**
 * Any other sender, such as a build job or a Git hook: `{"repository": "https://…", "reference": "refs/heads/main"}`, both
 * optional, proven by a signature of the body or by the secret as a bearer token.
 */

import { prefixedSignature, type Forge } from './forge.ts';
import { reference, repositoryUrl, valueAt } from './payload.ts';

export const generic: Forge = {
  sendsForms: false,
  proof(header) {
    const signature = header('x-stratos-signature');
    if (signature !== undefined) return prefixedSignature(signature);
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(header('authorization') ?? '')?.[1];
    return token === undefined ? null : { kind: 'token', token };
  },
  delivery: (header) => header('x-stratos-delivery') ?? null,
  announced: (payload) => ({ repositoryUrl: repositoryUrl(valueAt(payload, 'repository')), reference: reference(valueAt(payload, 'reference')) }),
};
