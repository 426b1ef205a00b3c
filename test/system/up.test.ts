/** `stratos up`: the example comes up whole, says what is there, and refuses what cannot be. */

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPage } from './harness/requests.ts';
import { clustersOf } from './harness/api.ts';
import { startPlatform, type Platform } from './harness/platform.ts';
import { canSeeProcesses, memberProcesses } from './harness/processes.ts';
import { nothingDoubled } from './harness/seats.ts';
import { stratosWithin } from './harness/stratos.ts';
import { timed } from './harness/told.ts';

describe.skipIf(!canSeeProcesses)('the example platform [needs: the /proc of Linux]', () => {
  let platform: Platform;
  beforeAll(async () => { platform = await timed('from `up` to a settled shop', () => startPlatform()); });
  afterAll(() => platform?.end());

  it('serves a page that every tier has a part in, and says which commit', async () => {
    const page = await fetchPage(platform.shopUrl);
    expect(page.heading).toBe('The shop is open');
    const members = await platform.api.members();
    for (const tier of ['web', 'api', 'store'] as const) {
      const served = members.find((member) => member.id === page.servedBy[tier]?.member);
      expect(served?.artifacts[0]?.commit.startsWith(page.servedBy[tier]?.commit ?? '-')).toBe(true);
    }
  });

  it('shows the application as it was defined', async () => {
    const shop = await platform.api.shop();
    expect(shop).toMatchObject({ name: 'shop', status: 'Active', members: { wanted: 5, active: 5 } });
    expect(clustersOf(shop).map(({ alias, status, min, members }) => [alias, status, min, members.length])).toEqual([
      ['store', 'Active', 1, 1], ['api', 'Active', 1, 1], ['web', 'Active', 2, 2], ['lb', 'Active', 1, 1],
    ]);
    expect((await platform.api.members('web')).map((member) => member.partition)).toEqual(['local/left', 'local/right']);
    expect(await platform.api.plan()).toMatchObject({ actions: [], holds: [] });
    expect(await platform.api.status()).toMatchObject({ problems: [], brokers: [{ connected: true }], providers: [{ name: 'local', connected: true }] });
  });

  it('started each tier after the one before it was active', async () => {
    const events = await platform.api.events();
    const at = (pattern: RegExp): number => events.find((event) => pattern.test(event.text))?.sequence ?? Number.NaN;
    const starts = ['store', 'api', 'web', 'lb'].map((alias) => at(new RegExp(`^start-member shop-${alias}-`)));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(events.filter((event) => event.type === 'hold' && event.text.startsWith('waits-for')).length).toBeGreaterThan(0);
  });

  it('marks every agent and every workload with its member', async () => {
    await nothingDoubled(platform);
    expect(memberProcesses(platform.dataDirectory)).toHaveLength(10);
  });

  it('ends its start with what one can do next', async () => {
    await platform.until('the summary', async () => /Up in [\d.]+ s\./.test(platform.output()));
    expect(platform.output()).toContain(platform.shopUrl);
    expect(platform.output()).toContain(`git clone ${platform.repository('definitions')}`);
  });

  it('refuses a second start in the same data directory', async () => {
    const { code, output } = await stratosWithin({ ...platform.environment, STRATOS_HTTP_PORT: '1' }, 'up');
    expect(code).toBe(2);
    expect(output).toContain(`a platform runs in ${platform.dataDirectory} already`);
    expect(output).toContain('STRATOS_DATA_DIR');
    expect((await platform.api.shop())?.status).toBe('Active');
  });
});

describe.skipIf(!canSeeProcesses)('ports that are taken [needs: the /proc of Linux]', () => {
  it.each([['STRATOS_HTTP_PORT', 'httpPort'], ['STRATOS_LB_PORT', 'balancerPort']] as const)('%s: the message names the port and the variable', async (variable, port) => {
    const platform = await startPlatform({ started: false });
    const other = createServer().listen(platform[port], '127.0.0.1');
    try {
      platform.start();
      await platform.until('the message', async () => {
        const said = platform.output();
        return said.includes(`port ${platform[port]} is taken`) && said.includes(variable);
      });
    } finally {
      other.close();
      await platform.end();
    }
  });
});
