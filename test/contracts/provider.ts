/** What every provider must do; run over each implementation by `provider.test.ts`. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JoinConfiguration, Provider } from '../../reconciler/contracts/provider.ts';
import type { Launch } from '../../reconciler/model/launch.ts';
import { member } from '../fixtures/launches.ts';

export interface ProviderUnderTest {
  readonly provider: Provider;
  readonly installation: string;
  launch(name: string): Launch;
  join(launch: Launch): JoinConfiguration;
  /** A new provider over the same account, as after a restart. */
  again(): Provider;
  /** How many lives of a member were started. */
  lives(name: string): number;
  /** Waits until the member is fully up. */
  up(name: string): Promise<void>;
  /** Ends the member behind the provider's back, leaving what it can. */
  kill(name: string): void;
  /** What is left of all members, by the machine's own word. */
  left(): readonly string[];
  dispose(): Promise<void>;
}

export function providerContract(name: string, open: () => ProviderUnderTest): void {
  describe(`the provider contract on ${name}`, () => {
    let under: ProviderUnderTest;
    let provider: Provider;
    beforeEach(() => {
      under = open();
      ({ provider } = under);
    });
    afterEach(() => under.dispose());

    const start = async (...names: string[]): Promise<void> => {
      for (const name of names) {
        const launch = under.launch(name);
        expect(await provider.ensure(launch, under.join(launch))).toEqual({ kind: 'done' });
        await under.up(name);
      }
    };
    const states = async (of = provider): Promise<Record<string, string>> => {
      const inventory = await of.list();
      expect(inventory.complete).toBe(true);
      return Object.fromEntries(inventory.items.map((item) => [item.member, item.state]));
    };

    it('lists nothing where nothing was started', async () => {
      expect(await provider.list()).toMatchObject({ items: [], complete: true, failure: null });
    });

    it('shows a started member with every tag of its launch', async () => {
      await start('shop-web-2-5-aa');
      const [item] = (await provider.list()).items;
      const launch = under.launch('shop-web-2-5-aa');
      expect(item).toMatchObject({ member: 'shop-web-2-5-aa', state: 'running' });
      expect(item?.tags).toEqual({
        installation: under.installation, tenant: launch.tenant, application: launch.application, cluster: launch.cluster, slot: launch.slot, incarnation: launch.incarnation,
        partition: launch.partition, launchDigest: launch.digest, epoch: launch.epoch, launchedAtMs: launch.decidedAtMs,
      });
    });

    it('starts a member once, however often it is asked', async () => {
      const launch = under.launch('m-1');
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => provider.ensure(launch, under.join(launch))));
      await start('m-1');
      expect(outcomes).toEqual(Array.from({ length: 5 }, () => ({ kind: 'done' })));
      expect(under.lives('m-1')).toBe(1);
    });

    it('starts a member once although two providers are asked at once', async () => {
      const launch = under.launch('m-1');
      const other = under.again();
      const outcomes = await Promise.all([provider, other, provider, other].map((each) => each.ensure(launch, under.join(launch))));
      await under.up('m-1');
      expect(outcomes.every((outcome) => outcome.kind === 'done')).toBe(true);
      expect(under.lives('m-1')).toBe(1);
    });

    it('adopts everything after a restart, and starts none of it again', async () => {
      await start('m-1', 'm-2');
      const before = (await provider.list()).items;
      await provider.close();
      provider = under.again();
      expect((await provider.list()).items).toEqual(before);
      await start('m-1', 'm-2');
      expect([under.lives('m-1'), under.lives('m-2')]).toEqual([1, 1]);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect(await states()).toEqual({ 'm-2': 'running' });
    });

    it('shows a member that was killed as failed, keeps it so, and releases what it left', async () => {
      await start('m-1', 'm-2');
      under.kill('m-1');
      await vi.waitFor(async () => expect(await states()).toEqual({ 'm-1': 'failed', 'm-2': 'running' }), { timeout: 10_000 });
      await start('m-2');
      const launch = under.launch('m-1');
      expect(await provider.ensure(launch, under.join(launch))).toEqual({ kind: 'done' });
      expect(await states()).toEqual({ 'm-1': 'failed', 'm-2': 'running' });
      expect(under.lives('m-1')).toBe(1);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect(await states()).toEqual({ 'm-2': 'running' });
      expect(under.left().join('\n')).not.toContain('m-1');
    });

    it('hints when a member ended, also one that another provider had started', async () => {
      await start('m-1');
      const hints = vi.fn<() => void>();
      const adopted = vi.fn<() => void>();
      const own = await provider.watch(hints);
      await under.again().watch(adopted);
      under.kill('m-1');
      await vi.waitFor(() => expect(hints).toHaveBeenCalled(), { timeout: 10_000 });
      await vi.waitFor(() => expect(adopted).toHaveBeenCalled(), { timeout: 10_000 });
      await own.close();
    });

    it('has nothing to do for a member that it does not know', async () => {
      expect(await provider.release(member('never-seen'))).toEqual({ kind: 'done' });
    });

    it('releases once for many that ask, and again without complaint', async () => {
      await start('m-1');
      const outcomes = await Promise.all([1, 2, 3].map(() => provider.release(member('m-1'))));
      expect(outcomes.every((outcome) => outcome.kind === 'done')).toBe(true);
      expect(await provider.release(member('m-1'))).toEqual({ kind: 'done' });
      expect(await states()).toEqual({});
      expect(under.left()).toEqual([]);
    });

    it('releases many at once and leaves nothing', async () => {
      const names = ['m-1', 'm-2', 'm-3', 'm-4'];
      await start(...names);
      expect(await states()).toEqual(Object.fromEntries(names.map((name) => [name, 'running'])));
      await Promise.all(names.map((name) => provider.release(member(name))));
      expect(await states(under.again())).toEqual({});
      expect(under.left()).toEqual([]);
    });

    it('lets its members run on when it is closed, and does nothing more', async () => {
      await start('m-1');
      await provider.close();
      expect((await provider.release(member('m-1'))).kind).toBe('again');
      expect((await provider.ensure(under.launch('m-2'), under.join(under.launch('m-2')))).kind).toBe('again');
      expect(await states(under.again())).toEqual({ 'm-1': 'running' });
    });
  });
}
