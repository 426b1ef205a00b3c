import { describe, expect, it } from 'vitest';
import { defaultSettings, RequestLoop } from './member.ts';
import { useRoom } from './room.ts';
import { brokenServer, webServer } from './workloads.ts';

const room = useRoom();

describe('an artifact in place', () => {
  it('starts with its first commit and says which', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    const report = await member.apply({ artifacts: [one] });
    expect(report).toMatchObject({ status: 'active', serving: 'yes', artifacts: [{ commit: one.commit, digest: one.digest }], refused: [] });
    expect(await member.text()).toBe('one');
  });

  it('is exchanged under a request loop without one failed request', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const loop = new RequestLoop(member.url);
    await member.apply({ artifacts: [await room.bundles.add('2', webServer('two'))] });
    await member.apply({ artifacts: [await room.bundles.add('3', webServer('three'))] });
    expect(await member.text()).toBe('three');
    await loop.stop();
    expect(loop.failures).toEqual([]);
    expect([...loop.answers]).toEqual(['one', 'two', 'three']);
    expect(member.reports.some((report) => report.serving === 'no(updating)')).toBe(true);
  });

  it('is put back when the new one does not start, and the reason is told', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    const before = await member.apply({ artifacts: [one] });
    const loop = new RequestLoop(member.url);
    const bad = await room.bundles.add('2', brokenServer);
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

  it('waits for what is under way before it exchanges', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const slow = member.text('/slow?700');
    await member.apply({ artifacts: [await room.bundles.add('2', webServer('two'))] });
    expect(await slow).toBe('one');
  });

  it('is taken over by an extension instead of a restart where there is one', async () => {
    const member = await room.start({ settings: { extensions: { artifactsUpdated: 'bin/reload' } } });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const process = await member.text('/pid');
    await member.apply({ artifacts: [await room.bundles.add('2', webServer('two', { 'bin/reload': '#!/bin/sh\nprintenv STRATOS_ARTIFACT_COMMIT > "$STRATOS_RUN_DIR/reloaded"\n' }))] });
    expect(await member.text('/pid')).toBe(process);
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(`${member.directory}/run/reloaded`, 'utf8')).toBe(`${'2'.repeat(40)}\n`);
  });

  it('is put back when its extension fails, from a fresh start', async () => {
    const member = await room.start({ settings: { extensions: { artifactsUpdated: 'bin/reload' } } });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const process = await member.text('/pid');
    await member.assign({ artifacts: [await room.bundles.add('2', webServer('two', { 'bin/reload': '#!/bin/sh\necho bad template >&2\nexit 4\n' }))] });
    const report = await member.until((said) => said.refused.length > 0 && said.serving === 'yes');
    expect(report.refused[0]?.reason).toBe('extension artifactsUpdated exited with 4: bad template');
    expect(await member.text()).toBe('one');
    expect(await member.text('/pid')).not.toBe(process);
  });

  it('is put back when an extension does not end, and nothing of it is left', async () => {
    const settings = { extensions: { artifactsUpdated: 'bin/reload' }, timeouts: { ...defaultSettings.timeouts, extensionMs: 300 } };
    const member = await room.start({ settings });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    await member.assign({ artifacts: [await room.bundles.add('2', webServer('two', { 'bin/reload': '#!/bin/sh\nsleep 300\n' }))] });
    const report = await member.until((said) => said.refused.length > 0 && said.serving === 'yes');
    expect(report.refused[0]?.reason).toContain('did not end within 300 ms');
    expect(await member.text()).toBe('one');
  });

  it('is put back when the new one never becomes healthy', async () => {
    const member = await room.start({ settings: { timeouts: { ...defaultSettings.timeouts, startMs: 800 } } });
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    await member.assign({ artifacts: [await room.bundles.add('2', { ...webServer('two'), 'server.mjs': 'setInterval(() => {}, 1000)' })] });
    const report = await member.until((said) => said.refused.length > 0 && said.serving === 'yes');
    expect(report.refused[0]?.reason).toContain('was not healthy within 800 ms');
    expect(await member.text()).toBe('one');
  });

  it('that was refused is followed by a good one, and stays in the report', async () => {
    const member = await room.start();
    const one = await room.bundles.add('1', webServer('one'));
    const bad = await room.bundles.add('2', brokenServer);
    await member.apply({ artifacts: [one] });
    await member.assign({ artifacts: [bad] });
    await member.until((said) => said.refused.length > 0 && said.serving === 'yes');
    const good = await room.bundles.add('3', webServer('three'));
    const report = await member.apply({ artifacts: [good] });
    expect(report.artifacts).toMatchObject([{ commit: good.commit }]);
    expect(report.refused).toMatchObject([{ commit: bad.commit }]);
  });

  it('that hangs while it starts is given up for a newer one', async () => {
    const member = await room.start();
    await member.apply({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    await member.assign({ artifacts: [await room.bundles.add('2', { ...webServer('two'), 'server.mjs': 'setInterval(() => {}, 1000)' })] });
    await member.until((said) => said.serving === 'no(updating)');
    const report = await member.apply({ artifacts: [await room.bundles.add('3', webServer('three'))] });
    expect(report.refused).toEqual([]);
    expect(await member.text()).toBe('three');
  });

  it('whose program leads out of it is refused', async () => {
    const member = await room.start({ settings: { extensions: { start: '../../../../../../bin/sh' } } });
    await member.assign({ artifacts: [await room.bundles.add('1', webServer('one'))] });
    const report = await member.until((said) => said.refused.length > 0);
    expect(report.refused[0]?.reason).toContain('leads out');
    expect(report).toMatchObject({ status: 'starting', serving: 'no(starting)', applied: null });
  });
});
