/** GitLab: push and tag events; the secret itself stands in a header. */

import type { Forge } from './forge.ts';
import { reference, repositoryUrl, valueAt } from './payload.ts';

export const gitlab: Forge = {
  sendsForms: false,
  proof(header) {
    const token = header('x-gitlab-token');
    return token === undefined || token === '' ? null : { kind: 'token', token };
  },
  delivery: (header) => header('x-gitlab-event-uuid') ?? null,
  announced(payload) {
    const [project, repository] = [valueAt(payload, 'project'), valueAt(payload, 'repository')];
    return {
      repositoryUrl: repositoryUrl(
        valueAt(project, 'git_http_url'), valueAt(repository, 'git_http_url'), valueAt(project, 'git_ssh_url'), valueAt(repository, 'git_ssh_url'), valueAt(project, 'web_url'),
      ),
      reference: reference(valueAt(payload, 'ref')),
    };
  },
};
