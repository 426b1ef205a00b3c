/** The agent as its provider starts it: a process of its own, over the embedded broker. */

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMarked } from '../../agent/operations/workload/processes.ts';
import { memberMaterial } from '../../agent/transports/keys.ts';
import { RequestLoop } from './member.ts';
import { useRoom } from './room.ts';
import { webServer } from './workloads.ts';

const room = useRoom();
const main = joinPath(import.meta.dirname, '../../agent/main.ts');

/** Fields of `/proc/<pid>/stat` that stand after the name: state, parent, group. */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

describe('an agent process', () => {
  it('keeps its workload in its own process group and hands nothing of its environment down', async () => {
    const member = await room.start({ as: 'process' });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const pid = Number(await member.text('/pid'));
    expect((await statOf(pid))[2]).toBe(String(member.pid));
    const environment = JSON.parse(await member.text('/env')) as Record<string, string>;
    expect(environment['STRATOS_MEMBER_ID']).toBe(member.address.member);
    expect(environment['UNWANTED']).toBeUndefined();
    expect(await readFile(`/proc/${member.pid}/environ`, 'utf8')).toContain(`STRATOS_MEMBER_ID=${member.address.member}`);
  });

  it('measures what it and its workload use', async () => {
    const member = await room.start({ as: 'process', settings: { resources: { cpu: 1, memoryBytes: 1024 ** 3 } } });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const loop = new RequestLoop(member.url);
    const report = await member.until((said) => said.health.loadAverage > 1 && said.health.requestsTotal > 10);
    await loop.stop();
    expect(report.health.memoryConsumption).toBeGreaterThan(5);
    expect(report.health.memoryConsumption).toBeLessThan(100);
  });

  it('ends with 0 when it is terminated, and nothing of it is left', async () => {
    const member = await room.start({ as: 'process' });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    member.stop();
    expect(await member.untilEnded()).toBe(0);
    expect(member.last?.status).toBe('terminated');
    expect(await findMarked(member.mark)).toEqual([]);
  });

  it('that was killed comes back with its generation, and replaces what it had left behind', async () => {
    const member = await room.start({ as: 'process' });
    const one = await room.bundles.add('1', webServer('one'));
    const before = await member.apply({ artifacts: [one] });
    const left = Number(await member.text('/pid'));
    await member.kill();
    await member.untilEnded();
    await member.launch();
    const report = await member.until((said) => said.boots === 2 && said.serving === 'yes');
    expect(report).toMatchObject({ applied: before.applied, endpoints: before.endpoints, status: 'active' });
    expect(Number(await member.text('/pid'))).not.toBe(left);
    expect(await findMarked(`${member.mark}1.`)).toEqual([]);
    await member.assign({ artifacts: [] }, { epoch: 0, counter: 1 });
    await member.until((said) => said.remark.includes('older-generation'));
  });

  it('swaps, heals and drains as one in the test process does', async () => {
    const member = await room.start({ as: 'process' });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const loop = new RequestLoop(member.url);
    const two = await room.bundles.add('2', webServer('two'));
    await member.apply({ artifacts: [two] });
    const before = Number(await member.text('/pid'));
    process.kill(before, 'SIGKILL');
    while (Number(await member.text('/pid')) === before);
    await loop.stop();
    expect(loop.failures).toEqual([]);
    await member.apply({ artifacts: [two], duty: 'drain' });
    expect(member.last?.status).toBe('ready-to-shut-down');
  });

  it('writes no secret into its logs', async () => {
    const member = await room.start({ as: 'process' });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    await member.send(Buffer.from('garbage'));
    await member.until((report) => report.remark.includes('garbage'));
    member.stop();
    await member.untilEnded();
    const log = await readFile(`${member.directory}/logs/agent.log`, 'utf8');
    expect(log).toContain('the agent starts');
    expect(log).not.toContain(memberMaterial(member.identity, member.address.member).memberKey);
    const { brokerUrl } = JSON.parse(await readFile(`${member.directory}/join.json`, 'utf8')) as { readonly brokerUrl: string };
    expect(log).not.toContain(new URL(brokerUrl).password);
  });
});

describe('an agent process that can not start', () => {
  it.each([
    ['without a join configuration', null, 'ENOENT'],
    ['with one that is not JSON', '{"memberKey": "s3cret', 'join.json is not JSON'],
    ['with one that lacks something', '{"memberKey": "s3cret"}', 'must have required property'],
  ])('%s says why and ends with 64', async (_name, content, why) => {
    const directory = await mkdtemp(joinPath(tmpdir(), 'stratos-agent-'));
    room.after(() => rm(directory, { recursive: true }));
    if (content !== null) await writeFile(joinPath(directory, 'join.json'), content);
    const ended = spawnSync(process.execPath, [main, directory], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
    expect(ended.status).toBe(64);
    expect(ended.stderr).toContain(why);
    expect(ended.stderr).not.toContain('s3cret');
  });
});
