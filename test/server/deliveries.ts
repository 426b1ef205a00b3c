/** Deliveries as the forges send them: for each forge its proof, its delivery id and a push. */

import { createHmac } from 'node:crypto';

export const forgeNames = ['github', 'gitea', 'gitlab', 'bitbucket', 'generic'] as const;
export type ForgeName = (typeof forgeNames)[number];

export const repository = 'https://git.example.com/acme/web.git';

export const pushes: Readonly<Record<ForgeName, object>> = {
  github: { ref: 'refs/heads/main', after: 'd'.repeat(40), repository: { full_name: 'acme/web', clone_url: repository, html_url: 'https://git.example.com/acme/web' } },
  gitea: { ref: 'refs/heads/main', after: 'd'.repeat(40), repository: { full_name: 'acme/web', clone_url: repository } },
  gitlab: { object_kind: 'push', ref: 'refs/heads/main', project: { git_http_url: repository, git_ssh_url: 'git@git.example.com:acme/web.git' } },
  bitbucket: { push: { changes: [{ new: { type: 'branch', name: 'main' } }] }, repository: { links: { clone: [{ name: 'http', href: repository }] } } },
  generic: { repository, reference: 'refs/heads/main' },
};

const deliveryHeader: Readonly<Record<ForgeName, string>> = {
  github: 'x-github-delivery', gitea: 'x-gitea-delivery', gitlab: 'x-gitlab-event-uuid', bitbucket: 'x-request-uuid', generic: 'x-stratos-delivery',
};

/** The header that proves a body, as the forge itself would send it. */
export function proofOf(forge: ForgeName, secret: string, body: string | Uint8Array): Record<string, string> {
  const hex = createHmac('sha256', secret).update(body).digest('hex');
  switch (forge) {
    case 'github': return { 'x-hub-signature-256': `sha256=${hex}` };
    case 'gitea': return { 'x-gitea-signature': hex };
    case 'gitlab': return { 'x-gitlab-token': secret };
    case 'bitbucket': return { 'x-hub-signature': `sha256=${hex}` };
    case 'generic': return { 'x-stratos-signature': `sha256=${hex}` };
  }
}

export function delivered(forge: ForgeName, id: string): Record<string, string> {
  return { [deliveryHeader[forge]]: id };
}
