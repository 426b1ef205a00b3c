/** Control groups: found and used where they are, a remark where they are not. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openControlGroups } from '../../../reconciler/providers/local/cgroups.ts';
import { joinOf, launchOf, member } from '../../fixtures/launches.ts';
import { LocalMachine, textOf } from '../../fixtures/local-machine.ts';

/** What the kernel shows, as files: enough to see what is looked for, and what would be written. */
describe('finding out', () => {
  let root: string;
  const base = (): string => join(root, 'sys/fs/cgroup/user');
  const home = (): string => join(base(), 'stratos-test-1');
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'stratos-cgroups-'));
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    mkdirSync(home(), { recursive: true });
    writeFileSync(join(root, 'proc/self/mounts'), 'proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n');
    writeFileSync(join(root, 'proc/self/cgroup'), '4:memory:/x\n0::/user\n');
    writeFileSync(join(base(), 'cgroup.controllers'), 'cpu memory pids\n');
    writeFileSync(join(home(), 'cgroup.procs'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('bounds memory and processes where the controllers are at hand', () => {
    const groups = openControlGroups('test/1', root);
    expect([groups.limits, groups.remark]).toEqual([true, null]);
    groups.enter(member('m-1'), 4_242, { memoryBytes: 1_000_000 });
    const written = (name: string): string => readFileSync(join(home(), name), 'utf8');
    expect(['cgroup.subtree_control', 'm-1/memory.max', 'm-1/pids.max', 'm-1/cgroup.procs'].map(written)).toEqual(['+memory +pids', '1000000', '512', '4242']);
    expect([groups.populated(), groups.processes(member('m-1'))]).toEqual([['m-1'], [4_242]]);
  });

  it('keeps members together without bounds where a controller is missing', () => {
    writeFileSync(join(base(), 'cgroup.controllers'), 'cpu memory\n');
    const groups = openControlGroups('test/1', root);
    expect([groups.limits, groups.remark]).toEqual([false, 'memory and process count of members are not bounded: the kernel offers no pids controller in version 2']);
    groups.enter(member('m-1'), 4_242, { memoryBytes: 1_000_000 });
    expect(existsSync(join(home(), 'm-1/memory.max'))).toBe(false);
  });

  it.each([
    ['not mounted', () => writeFileSync(join(root, 'proc/self/mounts'), '')],
    ['does not behave', () => rmSync(join(home(), 'cgroup.procs'))],
    ['cannot be made here', () => rmSync(join(root, 'proc'), { recursive: true })],
  ])('does without, and says why: %s', (why, prepare) => {
    prepare();
    const groups = openControlGroups('test/1', root);
    expect(groups.remark).toContain(why);
    groups.enter(member('m-1'), 1, { memoryBytes: null });
    expect([groups.limits, groups.populated(), groups.processes(member('m-1')), groups.leave(member('m-1'))]).toEqual([false, [], [], true]);
  });
});

const here = (() => {
  const groups = openControlGroups('test-probe');
  return groups.remark === null || groups.remark.includes('controller');
})();

describe.skipIf(!here)('a workload that left its group, session and environment [needs: writable control groups of version 2]', () => {
  it('ends with its member, and keeps it listed until then', async () => {
    const machine = new LocalMachine();
    try {
      const provider = machine.provider();
      const launch = launchOf('m-1', { properties: { standIn: 'unmarked' } });
      await provider.ensure(launch, joinOf(launch, machine.installation));
      const workload = await machine.up('m-1');
      process.kill(machine.agentOf('m-1'), 'SIGKILL');
      rmSync(machine.data, { recursive: true });
      await vi.waitFor(async () => expect((await provider.list()).items.map((item) => item.state)).toEqual(['failed']), { timeout: 10_000 });
      expect(existsSync(`/proc/${workload}`)).toBe(true);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect((await provider.list()).items).toEqual([]);
      await vi.waitFor(() => expect(textOf(`/proc/${workload}/stat`)).not.toMatch(/\) [RS] /), { timeout: 10_000 });
    } finally {
      await machine.dispose();
    }
  });
});
