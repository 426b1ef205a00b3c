/** With what a local member starts, and what keeps it from starting. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JoinConfiguration, Provider } from '../../../reconciler/contracts/provider.ts';
import type { DesiredPartition } from '../../../reconciler/model/desired.ts';
import type { Outcome } from '../../../reconciler/model/outcome.ts';
import type { LocalProviderOptions } from '../../../reconciler/providers/index.ts';
import { joinOf, launchOf, member } from '../../fixtures/launches.ts';
import { LocalMachine, standIn, textOf } from '../../fixtures/local-machine.ts';

let machine: LocalMachine;
let servers: Server[];
beforeEach(() => {
  machine = new LocalMachine();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  await machine.dispose();
});

type Over = Parameters<typeof launchOf>[1];
function ensure(provider: Provider, name: string, over: Over = {}): Promise<Outcome> {
  const launch = launchOf(name, over);
  return provider.ensure(launch, joinOf(launch, machine.installation));
}
const joined = (name: string): JoinConfiguration & { imageDirectory: string } =>
  JSON.parse(textOf(join(machine.data, 'members', name, 'join.json'))) as JoinConfiguration & { imageDirectory: string };
async function occupy(port = 0): Promise<number> {
  const server = createServer();
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a started member', () => {
  it('finds its join configuration, its image and nothing that was not meant for it', async () => {
    const provider = machine.provider({ agentEnvironment: { EXTRA: 'yes', STRATOS_MEMBER_ID: 'never' } });
    expect(await ensure(provider, 'm-1')).toEqual({ kind: 'done' });
    expect(joined('m-1')).toEqual({ ...joinOf(launchOf('m-1'), machine.installation), imageDirectory: join(machine.directory, 'images', 'node-http') });
    const directory = join(machine.data, 'members', 'm-1');
    for (const path of [directory, join(directory, 'join.json'), join(directory, 'agent.log'), join(machine.data, 'records', 'm-1.json')]) {
      expect(statSync(path).mode & 0o077, path).toBe(0);
    }
    expect(textOf(join(machine.data, 'records', 'm-1.json'))).not.toContain(joined('m-1').memberKey);
  });

  it.skipIf(!existsSync('/proc/self/environ'))('has a clean environment and leads a session of its own [needs: Linux with /proc]', async () => {
    await ensure(machine.provider({ agentEnvironment: {} }), 'm-1');
    await machine.up('m-1');
    const agent = machine.agentOf('m-1');
    const names = textOf(`/proc/${agent}/environ`).split('\0').filter(Boolean).map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual(['HOME', 'LANG', 'PATH', 'STRATOS_INSTALLATION', 'STRATOS_MEMBER_ID', 'STRATOS_MEMBER_TAGS', 'TMPDIR']);
    const [, , group, session] = textOf(`/proc/${agent}/stat`).split(') ')[1]?.split(' ') ?? [];
    expect([group, session]).toEqual([String(agent), String(agent)]);
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))('has bounds on open files and core dumps [needs: prlimit]', async () => {
    await ensure(machine.provider(), 'm-1');
    await machine.up('m-1');
    const limits = textOf(`/proc/${machine.agentOf('m-1')}/limits`);
    expect(Number(/Max open files\s+\S+\s+(\d+)/.exec(limits)?.[1])).toBeLessThanOrEqual(16_384);
    expect(limits).toMatch(/Max core file size\s+0\s+0/);
  });

  it.skipIf(process.getuid?.() !== 0)('has a user of its own where that is asked for [needs: root]', async () => {
    chmodSync(machine.directory, 0o711);
    mkdirSync(join(machine.directory, 'secret'), { mode: 0o700 });
    const provider = machine.provider({ memberUsers: { from: 61_870, to: 61_871 }, agentEnvironment: {} });
    expect(provider.remarks.join('\n')).not.toContain('share the user');
    expect(provider.supports).toContain('own-user');
    expect([await ensure(provider, 'm-1'), await ensure(provider, 'm-2')]).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await ensure(provider, 'm-3')).toMatchObject({ kind: 'again', why: expect.stringContaining('61870 to 61871') as string });
    await Promise.all([machine.up('m-1'), machine.up('m-2')]);
    expect(['m-1', 'm-2'].map((name) => statSync(`/proc/${machine.agentOf(name)}`).uid)).toEqual([61_870, 61_871]);
    expect((await provider.list()).items.map((item) => item.state).toSorted()).toEqual(['running', 'running']);
    await provider.release(member('m-1'));
    expect(await ensure(provider, 'm-4')).toEqual({ kind: 'done' });
  });

  it('says why members share a user', () => {
    chmodSync(machine.directory, 0o700);
    expect(machine.provider().remarks.join('\n')).toContain('no range of user ids is configured');
    const why = process.getuid?.() === 0 ? /user 61870 cannot run agents \(E/ : /only root/;
    expect(machine.provider({ memberUsers: { from: 61_870, to: 61_879 } }).remarks.join('\n')).toMatch(why);
  });
});

describe('what keeps a member from starting', () => {
  it.each([
    ['node-htpt', /no image "node-htpt".*did you mean node-http\?/],
    ['something-else-altogether', /known are: http-proxy, node-http/],
    ['../images/node-http', /no image/],
    [null, /names no image/],
  ])('is an image %s', async (image, why) => {
    const provider = machine.provider();
    expect(await ensure(provider, 'm-1', { image })).toMatchObject({ kind: 'stalled', why: expect.stringMatching(why) as string });
    expect((await provider.list()).items).toEqual([]);
    expect(readdirSync(join(machine.data, 'members'))).toEqual([]);
  });

  it.each<[string, Partial<LocalProviderOptions>]>([
    ['an agent program that is not there', { agentCommand: ['/nowhere/node', standIn] }],
    ['an agent that is not there', { agentCommand: [process.execPath, '/nowhere/agent.ts'] }],
  ])('is %s', async (_, over) => {
    const provider = machine.provider(over);
    expect(await ensure(provider, 'm-1')).toMatchObject({ kind: 'stalled', why: expect.stringContaining('/nowhere/') as string });
    const partition = { launch: { image: 'nothing-like-it' } } as DesiredPartition;
    expect(await provider.check(partition)).toEqual([expect.stringContaining('nothing-like-it'), expect.stringContaining('/nowhere/')]);
  });

  it('is nothing where all is well', async () => {
    expect(await machine.provider().check({ launch: { image: 'node-http' } } as DesiredPartition)).toEqual([]);
  });

  it('is the capacity of its partition, until another one has left', async () => {
    const provider = machine.provider();
    const over = { properties: { capacity: 1 } };
    expect(await ensure(provider, 'm-1', over)).toEqual({ kind: 'done' });
    expect(await ensure(provider, 'm-1', over)).toEqual({ kind: 'done' });
    expect(await ensure(provider, 'm-2', over)).toMatchObject({ kind: 'no-capacity', why: 'here/p1 has room for 1 and holds 1' });
    expect(await ensure(provider, 'm-3', { ...over, partition: 'p2' })).toEqual({ kind: 'done' });
    await provider.release(member('m-1'));
    expect(await ensure(provider, 'm-2', over)).toEqual({ kind: 'done' });
  });
});

describe('the host ports of load balancers', () => {
  const balancer = { category: 'load-balancer' as const, image: 'http-proxy', alias: 'lb' };
  const hostPort = (name: string): unknown => (joined(name).launch.settings.properties['hostPorts'] as Record<string, unknown> | undefined)?.['http'];

  it('stay the same for a cluster, over lives and restarts, and leave the digest as it was', async () => {
    const provider = machine.provider();
    expect(await ensure(provider, 'lb-1', balancer)).toEqual({ kind: 'done' });
    const port = hostPort('lb-1');
    expect(port).toBeGreaterThan(1_023);
    expect(joined('lb-1').launch.digest).toBe(launchOf('lb-1', balancer).digest);
    expect(await ensure(provider, 'web-1')).toEqual({ kind: 'done' });
    expect(hostPort('web-1')).toBeUndefined();
    // Its former member may still hold the port when the next one is started.
    await occupy(port as number);
    expect(await ensure(machine.provider(), 'lb-2', balancer)).toEqual({ kind: 'done' });
    expect(hostPort('lb-2')).toBe(port);
    expect(await ensure(provider, 'other-1', { ...balancer, alias: 'lb2' })).toEqual({ kind: 'done' });
    expect(hostPort('other-1')).not.toBe(port);
  });

  it('begin with the configured one, and follow it when it changes', async () => {
    const [first, second] = [await occupy(), await occupy()];
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const provider = machine.provider({ loadBalancerPort: first });
    await ensure(provider, 'lb-1', balancer);
    await ensure(provider, 'other-1', { ...balancer, alias: 'lb2' });
    expect([hostPort('lb-1'), hostPort('other-1') === first]).toEqual([first, false]);
    const changed = machine.provider({ loadBalancerPort: second });
    await ensure(changed, 'lb-2', balancer);
    await ensure(changed, 'other-2', { ...balancer, alias: 'lb2' });
    expect([hostPort('lb-2'), hostPort('other-2')]).toEqual([second, hostPort('other-1')]);
  });

  it('go to a new cluster when the one that led has no member any more', async () => {
    const configured = await occupy();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const provider = machine.provider({ loadBalancerPort: configured });
    await ensure(provider, 'lb-1', balancer);
    await provider.release(member('lb-1'));
    await ensure(provider, 'other-1', { ...balancer, alias: 'lb2' });
    await ensure(provider, 'lb-2', balancer);
    expect(hostPort('other-1')).toBe(configured);
    expect(hostPort('lb-2')).not.toBe(configured);
  });

  it('stall the launch when another program has the configured one, and say what to do', async () => {
    const taken = await occupy();
    const provider = machine.provider({ loadBalancerPort: taken });
    expect(await ensure(provider, 'lb-1', balancer)).toEqual({
      kind: 'stalled', why: `port ${taken} is taken by another program; free it, or set STRATOS_LB_PORT to a free port`,
    });
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await ensure(provider, 'lb-1', balancer)).toEqual({ kind: 'done' });
    expect(hostPort('lb-1')).toBe(taken);
  });

  it('move, with a remark, when another program has taken one that was picked', async () => {
    const provider = machine.provider();
    await ensure(provider, 'lb-1', balancer);
    const port = hostPort('lb-1') as number;
    await provider.release(member('lb-1'));
    await occupy(port);
    expect(await ensure(provider, 'lb-2', balancer)).toEqual({ kind: 'done' });
    expect(hostPort('lb-2')).not.toBe(port);
    expect(machine.remarks.join('\n')).toContain(`port ${port} of`);
  });
});

describe('closing', () => {
  it('lets the process end while members run', async () => {
    const script = `
      const { createProvider } = await import(${JSON.stringify(new URL('../../../reconciler/providers/index.ts', import.meta.url).href)});
      const { systemClock } = await import(${JSON.stringify(new URL('../../../reconciler/clock.ts', import.meta.url).href)});
      const provider = createProvider.local({ ...${JSON.stringify({ ...machine.options(), clock: null })}, clock: systemClock, onRemark() {} });
      await provider.watch(() => {});
      await provider.ensure(${JSON.stringify(launchOf('m-1'))}, ${JSON.stringify(joinOf(launchOf('m-1'), machine.installation))});
      await provider.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect((await machine.provider().list()).items.map((item) => item.state)).toEqual(['running']);
  });
});
