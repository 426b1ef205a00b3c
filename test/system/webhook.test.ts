/** A webhook makes the platform look at its source: one with the right proof, once. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveRepositories } from '../git/http-server.ts';
import { delivered, proofOf } from '../server/deliveries.ts';
import { startPlatform } from './harness/platform.ts';
import { canSeeProcesses } from './harness/processes.ts';
import { hasSystemGit, openWorkplace } from './harness/repository.ts';
import { timed } from './harness/told.ts';
import { pause } from './harness/until.ts';

const secret = 'a secret of this source';

describe.skipIf(!canSeeProcesses || !hasSystemGit)('a webhook of a remote source [needs: git and the /proc of Linux]', () => {
  it('with a bad signature syncs nothing, with a good one syncs, a second time is refused', async () => {
    const platform = await startPlatform({ started: false });
    try {
      const server = await serveRepositories(join(platform.dataDirectory, 'repos'));
      const url = `${server.origin}/definitions.git`;
      // So seldom polled that only a webhook can tell of a push.
      const source = { name: 'definitions', url, pollSeconds: 86_400, webhookSecrets: [secret] };
      writeFileSync(join(platform.dataDirectory, 'config.yaml'), JSON.stringify({ sources: [source] }));
      platform.start();
      await platform.isUp();
      const revision = async (): Promise<string | null> => (await platform.api.status())?.revision ?? null;
      const before = await revision();

      const definitions = await openWorkplace(platform.repository('definitions'));
      const commit = await definitions.push({ 'shop.yaml': (text) => text.replace('min: 2', 'min: 3') });
      definitions.close();
      const body = JSON.stringify({ ref: 'refs/heads/main', after: commit, repository: { clone_url: url } });
      const deliver = async (id: string, key: string): Promise<number> => {
        const headers = { 'content-type': 'application/json', 'x-github-event': 'push', ...delivered('github', id), ...proofOf('github', key, body) };
        const answer = await fetch(`${platform.url}/webhooks/github/definitions`, { method: 'POST', headers, body });
        await answer.body?.cancel();
        return answer.status;
      };

      const asked = server.requests.length;
      expect(await deliver('first', 'another secret')).toBe(401);
      await pause(1_500);
      expect(server.requests).toHaveLength(asked);
      expect(await revision()).toBe(before);

      expect(await deliver('first', secret)).toBe(202);
      await timed('from webhook to the revision in force', () => platform.until('the commit is in force', async () => (await revision()) === commit));
      expect(await deliver('first', secret)).toBe(409);
      await platform.until('three web members', async () => (await platform.api.members('web')).filter(({ serving }) => serving === 'yes').length === 3);
    } finally {
      await platform.end();
    }
  });
});
