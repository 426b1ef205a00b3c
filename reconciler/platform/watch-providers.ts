/** Keeps the inventory fresh: lists every provider at once, on every hint of it, and now and then. */

import type { Logger } from 'pino';
import type { MemberId, ProviderName } from '../../schemas/ids.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Provider } from '../contracts/provider.ts';
import type { State } from '../state.ts';

export interface ProviderWatch {
  refresh(name: ProviderName): Promise<void>;
  /** A provider has ended a member on our word. */
  released(member: MemberId): void;
  /** The highest epoch in any tag. */
  epochSeen(): number;
  /** Why members may run that we do not know of; null when every provider has been listed whole. */
  notReady(): string | null;
  close(): Promise<void>;
}

const everyMs = 5_000;

export async function watchProviders(of: { readonly state: State; readonly clock: Clock; readonly onNews: () => void; readonly log: Logger }): Promise<ProviderWatch> {
  const { state, clock, onNews, log } = of;
  const whole = new Set<ProviderName>();
  const releasing = new Set<MemberId>();
  let cancel = (): void => undefined;

  async function refresh(name: ProviderName): Promise<void> {
    const provider = state.providers.get(name);
    if (!provider) return;
    const changed = await state.inventory.refresh(provider);
    const known = state.inventory.provider(name);
    if (known?.complete) whole.add(name);
    else log.warn({ provider: name, failure: known?.failure }, 'a list is incomplete');
    if (changed) onNews();
    for (const member of state.inventory.remainders(name)) void release(provider, member);
  }

  /** Nobody plans for a remainder, so nobody else would end it. */
  async function release(provider: Provider, member: MemberId): Promise<void> {
    if (releasing.has(member)) return;
    releasing.add(member);
    const outcome = await provider.release(member).finally(() => releasing.delete(member));
    log.warn({ member, outcome: outcome.kind }, 'a remainder was released');
  }

  const refreshAll = async (): Promise<void> => { await Promise.all([...state.providers.keys()].map(refresh)); };
  // Twice: what an earlier process had started and no list shows is gone, and known to be before the first pass.
  await refreshAll();
  await refreshAll();
  const watches = await Promise.all([...state.providers.values()].map((provider) => provider.watch(() => void refresh(provider.name))));
  const tick = (): void => { cancel = clock.after(everyMs, () => void refreshAll().finally(tick)); };
  tick();

  return {
    refresh,
    released: (member) => state.inventory.released(member, clock.nowMs()),
    epochSeen() {
      let highest = 0;
      for (const item of state.inventory.items()) highest = Math.max(highest, item.tags.epoch);
      for (const intent of state.intents.values()) highest = Math.max(highest, intent.launch.epoch);
      return highest;
    },
    notReady() {
      const missing = [...state.providers.keys()].filter((name) => !whole.has(name));
      return missing.length === 0 ? null : `${missing.join(', ')} could not be listed yet`;
    },
    async close() {
      cancel();
      await Promise.all(watches.map((watch) => watch.close()));
    },
  };
}
