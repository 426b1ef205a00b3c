import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBundleServer, type BundleServer } from './bundles.ts';
import { RequestLoop, TestMember, type MemberOptions } from './member.ts';
import { brokenServer, webServer } from './workloads.ts';

let bundles: BundleServer;
let members: TestMember[] = [];

beforeEach(async () => {
  bundles = await startBundleServer();
});

afterEach(async () => {
  await Promise.all(members.map((member) => member.close()));
  members = [];
  await bundles.close();
});

async function start(options: Partial<MemberOptions> = {}): Promise<TestMember> {
  const member = await TestMember.start({ artifactsUrl: bundles.url, ...options });
  members.push(member);
  return member;
}

describe('an artifact in place', () => {
  it('starts with its first commit and says which', async () => {
    const member = await start();
    const one = await bundles.add('1', webServer('one'));
    const report = await member.apply({ artifacts: [one] });
    expect(report).toMatchObject({ status: 'active', serving: 'yes', artifacts: [{ commit: one.commit, digest: one.digest }], refused: [] });
    expect(await member.text()).toBe('one');
  });

  it('is exchanged under a request loop without one failed request', async () => {
    const member = await start();
    await member.apply({ artifacts: [await bundles.add('1', webServer('one'))] });
    const loop = new RequestLoop(member.url);
    await member.apply({ artifacts: [await bundles.add('2', webServer('two'))] });
    await member.apply({ artifacts: [await bundles.add('3', webServer('three'))] });
    expect(await member.text()).toBe('three');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect([...loop.answers]).toEqual(['one', 'two', 'three']);
    expect(member.reports.some((report) => report.serving === 'no(updating)')).toBe(true);
  });

  it('is put back when the new one does not start, and the reason is told', async () => {
    const member = await start();
    const one = await bundles.add('1', webServer('one'));
    const before = await member.apply({ artifacts: [one] });
    const loop = new RequestLoop(member.url);
    const bad = await bundles.add('2', brokenServer);
    const { generation } = await member.assign({ artifacts: [bad] });
    const report = await member.until((said) => said.refused.length > 0 && said.serving === 'yes');
    expect(await member.text()).toBe('one');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect(report.applied).toEqual(before.applied);
    expect(report.seen).toEqual(generation);
    expect(report.artifacts).toMatchObject([{ commit: one.commit }]);
    expect(report.refused).toMatchObject([{ commit: bad.commit, reason: 'the workload exited with 1: cannot find module ./missing' }]);
  });
});
