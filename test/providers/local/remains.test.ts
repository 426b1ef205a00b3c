/** What a crash, a careless hand or a stubborn process leaves behind, and how the next call puts it right. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Provider } from '../../../reconciler/contracts/provider.ts';
import type { MemberRecord } from '../../../reconciler/providers/local/records.ts';
import { joinOf, launchOf, member } from '../../fixtures/launches.ts';
import { LocalMachine, textOf } from '../../fixtures/local-machine.ts';

describe.skipIf(!existsSync('/proc/self/environ'))('what is left of local members [needs: Linux with /proc]', () => {
  let machine: LocalMachine;
  let provider: Provider;
  let bystanders: ChildProcess[];
  beforeEach(() => {
    machine = new LocalMachine();
    provider = machine.provider();
    bystanders = [];
  });
  afterEach(async () => {
    for (const bystander of bystanders) bystander.kill('SIGKILL');
    await machine.dispose();
  });

  const ensure = (name: string, standIn?: string, by = provider): ReturnType<Provider['ensure']> => {
    const launch = launchOf(name, standIn === undefined ? {} : { properties: { standIn } });
    return by.ensure(launch, joinOf(launch, machine.installation));
  };
  const start = async (name: string, standIn?: string): Promise<void> => {
    expect(await ensure(name, standIn)).toEqual({ kind: 'done' });
    await machine.up(name);
  };
  const recordFile = (name: string): string => join(machine.data, 'records', `${name}.json`);
  const shown = async (): Promise<readonly string[]> => {
    const inventory = await provider.list();
    expect(inventory).toMatchObject({ complete: true, failure: null });
    return inventory.items.map((item) => `${item.member} ${item.state} ${item.tags.application}`);
  };
  const lives = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/\) [ZX] /.test(textOf(`/proc/${pid}/stat`));
  const nothingLeft = (): void => {
    expect(machine.processes()).toEqual([]);
    for (const folder of ['members', 'records', 'trash']) expect(readdirSync(join(machine.data, folder))).toEqual([]);
  };
  const kill = async (pid: number): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: 10_000 });
  };

  describe('after a crash between two steps of a start', () => {
    it.each([
      ['only an empty directory', 'm-1 failed ', (directory: string) => mkdirSync(directory)],
      ['a directory with a join configuration', 'm-1 failed default/shop', (directory: string) => {
        mkdirSync(directory);
        writeFileSync(join(directory, 'join.json'), JSON.stringify(joinOf(launchOf('m-1'), 'x')));
      }],
      ['a directory and half a record', 'm-1 failed ', (directory: string) => {
        mkdirSync(directory);
        writeFileSync(recordFile('m-1'), '{"tags": {"appl');
      }],
    ])('shows %s as failed, and the next ensure starts the member once', async (_, line, prepare) => {
      prepare(join(machine.data, 'members', 'm-1'));
      expect(await shown()).toEqual([line]);
      await start('m-1');
      await ensure('m-1');
      expect(await shown()).toEqual(['m-1 running default/shop']);
      expect(machine.starts('m-1')).toBe(1);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      nothingLeft();
    });

    it('releases a directory without a process', async () => {
      mkdirSync(join(machine.data, 'members', 'm-1'));
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      nothingLeft();
    });

    it.each([['missing', (file: string) => rmSync(file)], ['cut off', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))]])(
      'adopts an agent whose record is %s, and starts no second one', async (_, spoil) => {
        await start('m-1');
        spoil(recordFile('m-1'));
        provider = machine.provider();
        expect(await shown()).toEqual(['m-1 running default/shop']);
        const before = machine.agentOf('m-1');
        expect(await Promise.all([ensure('m-1'), ensure('m-1', undefined, machine.provider())])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
        expect([machine.agentOf('m-1'), machine.starts('m-1')]).toEqual([before, 1]);
        expect((JSON.parse(textOf(recordFile('m-1'))) as MemberRecord).process.pid).toBe(before);
        expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
        nothingLeft();
      });

    it('releases an agent whose record is missing', async () => {
      await start('m-1');
      rmSync(recordFile('m-1'));
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      nothingLeft();
    });

    it('starts one agent although two reconcilers ask at the same moment', async () => {
      const script = (name: string): string => `
        const { createProvider } = await import(${JSON.stringify(new URL('../../../reconciler/providers/index.ts', import.meta.url).href)});
        const { systemClock } = await import(${JSON.stringify(new URL('../../../reconciler/clock.ts', import.meta.url).href)});
        const provider = createProvider.local({ ...${JSON.stringify({ ...machine.options(), clock: null })}, clock: systemClock, onRemark() {} });
        process.stdout.write('ready');
        process.stdin.once('data', async () => {
          const outcome = await provider.ensure(${JSON.stringify(launchOf(name))}, ${JSON.stringify(joinOf(launchOf(name), machine.installation))});
          process.exit(outcome.kind === 'done' ? 0 : 1);
        });`;
      const starters = [1, 2, 3].map(() => spawn(process.execPath, ['--input-type=module', '-e', script('m-1')], { stdio: ['pipe', 'pipe', 'inherit'] }));
      bystanders.push(...starters);
      await Promise.all(starters.map((starter) => once(starter.stdout, 'data')));
      const ends = starters.map((starter) => once(starter, 'exit'));
      for (const starter of starters) starter.stdin.write('go');
      expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0, 0]);
      await start('m-1');
      expect(machine.starts('m-1')).toBe(1);
      expect(machine.processes('m-1').length).toBe(2);
    });

    it('removes directories that a release had no time to remove', async () => {
      mkdirSync(join(machine.data, 'trash', 'm-9-1-1', 'deep'), { recursive: true });
      machine.provider();
      await vi.waitFor(() => expect(readdirSync(join(machine.data, 'trash'))).toEqual([]), { timeout: 10_000 });
    });
  });

  describe('after somebody removed files', () => {
    it('shows an agent without its directory as failed, and ends it', async () => {
      await start('m-1');
      rmSync(join(machine.data, 'members', 'm-1'), { recursive: true });
      expect(await shown()).toEqual(['m-1 failed default/shop']);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      nothingLeft();
    });

    it('still knows every member when the whole folder is gone, and works on', async () => {
      await start('m-1');
      await start('m-2');
      const workload = await machine.up('m-2');
      await kill(machine.agentOf('m-2'));
      rmSync(machine.data, { recursive: true });
      expect(await shown()).toEqual(['m-1 failed default/shop', 'm-2 failed ']);
      expect(await Promise.all(['m-1', 'm-2'].map((name) => provider.release(member(name))))).toEqual([{ kind: 'done' }, { kind: 'done' }]);
      expect(lives(workload)).toBe(false);
      await start('m-3');
      expect(await shown()).toEqual(['m-3 running default/shop']);
    });

    it('leaves members of another installation alone, also when they have the same name', async () => {
      const other = new LocalMachine();
      try {
        const launch = launchOf('m-1');
        await other.provider().ensure(launch, joinOf(launch, other.installation));
        await start('m-1');
        await vi.waitFor(() => expect(other.log('m-1')).toContain('up'), { timeout: 10_000 });
        expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
        nothingLeft();
        expect(other.processes('m-1').length).toBe(2);
      } finally {
        await other.dispose();
      }
    });
  });

  describe('when ids or processes mislead', () => {
    it('does not take another process for the agent because it has its id', async () => {
      await start('m-1');
      const record = JSON.parse(textOf(recordFile('m-1'))) as MemberRecord;
      process.kill(record.process.pid, 'SIGKILL');
      const bystander = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      bystanders.push(bystander);
      writeFileSync(recordFile('m-1'), JSON.stringify({ ...record, process: { pid: bystander.pid, birth: record.process.birth } }));
      expect(await shown()).toEqual(['m-1 failed default/shop']);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect(lives(bystander.pid ?? 0)).toBe(true);
      nothingLeft();
    });

    it.each(['deaf', 'escaping'])('ends a member that is %s', async (behaviour) => {
      provider = machine.provider({ stopGraceMs: 300 });
      await start('m-1', behaviour);
      const workload = await machine.up('m-1');
      if (behaviour === 'escaping') await kill(machine.agentOf('m-1'));
      expect(lives(workload)).toBe(true);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect(lives(workload)).toBe(false);
      nothingLeft();
    });

    it('ends one member while another takes its time', async () => {
      provider = machine.provider({ stopGraceMs: 1_500 });
      await start('m-1', 'deaf');
      await start('m-2');
      const order: string[] = [];
      await Promise.all(['m-1', 'm-2'].map(async (name) => {
        await provider.release(member(name));
        order.push(name);
      }));
      expect(order).toEqual(['m-2', 'm-1']);
      nothingLeft();
    });

    it('counts a life that ended at once as a life', async () => {
      const hints = vi.fn<() => void>();
      await provider.watch(hints);
      expect(await ensure('m-1', 'short-lived')).toEqual({ kind: 'done' });
      await vi.waitFor(() => expect(hints).toHaveBeenCalled(), { timeout: 10_000 });
      await vi.waitFor(async () => expect(await shown()).toEqual(['m-1 failed default/shop']), { timeout: 10_000 });
      expect((await provider.list()).items[0]?.detail).toBe('its agent has ended: no time to live');
      expect(await ensure('m-1', 'short-lived')).toEqual({ kind: 'done' });
      expect(machine.starts('m-1')).toBe(1);
    });

    it('refuses names that would lead out of its folder', async () => {
      expect(await ensure('../../m-1')).toMatchObject({ kind: 'stalled' });
      writeFileSync(join(machine.directory, 'precious'), '');
      expect(await provider.release(member('../precious'))).toEqual({ kind: 'done' });
      expect(statSync(join(machine.directory, 'precious')).size).toBe(0);
    });
  });
});
