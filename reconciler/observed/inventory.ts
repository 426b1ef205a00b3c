/**
 * What runs, by the providers' word. A member that a list lacks is gone only when two complete lists lack it, or when
 * one does after its provider has released it for us. An incomplete list proves nothing by absence.
 */

import type { MemberId, ProviderName } from '../../schemas/ids.ts';
import type { Inventory, InventoryItem, Provider } from '../contracts/provider.ts';
import { KnownMembers } from './known-members.ts';

export type Presence = 'unseen' | 'running' | 'failed' | 'gone';

interface Sighting {
  readonly item: InventoryItem;
  readonly provider: ProviderName;
  missedLists: number;
}

export interface ProviderState {
  readonly complete: boolean;
  readonly asOfMs: number;
  readonly failure: string | null;
}

export class InventoryWatch {
  readonly #known: KnownMembers;
  readonly #sightings = new Map<MemberId, Sighting>();
  /** Ended on our word, and when. */
  readonly #released = new Map<MemberId, number>();
  /** Members that stood when an earlier process looked, and how many complete lists have lacked them since. */
  readonly #expected = new Map<MemberId, { readonly provider: ProviderName; missedLists: number }>();
  readonly #providers = new Map<ProviderName, ProviderState>();
  readonly #remainders = new Map<ProviderName, readonly MemberId[]>();
  readonly #refreshes = new Map<ProviderName, Promise<boolean>>();
  readonly #again = new Set<ProviderName>();

  /** `known` hears of each member that is sighted, and of each that is forgotten. */
  constructor(known: KnownMembers = new KnownMembers()) {
    this.#known = known;
  }

  /** Lists once; calls at the same time share one list, and one that comes while a list runs gets a newer one. True when something changed. */
  refresh(provider: Provider): Promise<boolean> {
    const running = this.#refreshes.get(provider.name);
    if (running) {
      if (this.#again.has(provider.name)) return running;
      this.#again.add(provider.name);
      const second = running.then(() => { this.#again.delete(provider.name); return this.#list(provider); });
      this.#refreshes.set(provider.name, this.#keep(provider.name, second));
      return second;
    }
    return this.#keep(provider.name, this.#list(provider));
  }

  #keep(name: ProviderName, list: Promise<boolean>): Promise<boolean> {
    const kept: Promise<boolean> = list.finally(() => { if (this.#refreshes.get(name) === kept) this.#refreshes.delete(name); });
    this.#refreshes.set(name, kept);
    return kept;
  }

  async #list(provider: Provider): Promise<boolean> {
    return this.take(provider.name, await provider.list());
  }

  /** Folds one list in. True when a member appeared, failed or is gone. */
  take(provider: ProviderName, inventory: Inventory): boolean {
    const { complete, asOfMs, failure } = inventory;
    let changed = false;
    this.#providers.set(provider, { complete, asOfMs, failure });
    const seen = new Set<MemberId>();
    this.#remainders.set(provider, inventory.items.filter((item) => !item.tags.application).map((item) => item.member));
    for (const item of inventory.items.filter(({ tags }) => tags.application)) {
      seen.add(item.member);
      this.#expected.delete(item.member);
      if ((this.#released.get(item.member) ?? asOfMs) < asOfMs) this.#released.delete(item.member);
      const before = this.#sightings.get(item.member);
      if (before?.item.state !== item.state || before.missedLists > 0) changed = true;
      if (before?.item.tags.application !== item.tags.application) this.#recognise(item, before?.item);
      this.#sightings.set(item.member, { item, provider, missedLists: 0 });
    }
    if (!complete) return changed;
    for (const expected of this.#expected.values()) {
      if (expected.provider !== provider) continue;
      expected.missedLists += 1;
      if (expected.missedLists === 2) changed = true;
    }
    for (const [member, sighting] of this.#sightings) {
      if (sighting.provider !== provider || seen.has(member) || this.presence(member) === 'gone') continue;
      if ((this.#released.get(member) ?? 0) > asOfMs) continue;
      sighting.missedLists += 1;
      if (this.presence(member) === 'gone') changed = true;
    }
    return changed;
  }

  presence(member: MemberId): Presence {
    const sighting = this.#sightings.get(member);
    const released = this.#released.has(member);
    if (!sighting) return released ? 'gone' : this.#unsighted(member);
    if (sighting.missedLists >= 2 || (sighting.missedLists >= 1 && released)) return 'gone';
    return sighting.item.state;
  }

  #unsighted(member: MemberId): Presence {
    const expected = this.#expected.get(member);
    if (!expected) return 'unseen';
    return expected.missedLists >= 2 ? 'gone' : 'running';
  }

  /** It stood when an earlier process looked: its absence means that it is gone. */
  expect(member: MemberId, provider: ProviderName): void {
    this.#expected.set(member, { provider, missedLists: 0 });
  }

  item(member: MemberId): InventoryItem | null {
    return this.#sightings.get(member)?.item ?? null;
  }

  /** Its provider has ended it on our word. A member that was never listed is gone with that. */
  released(member: MemberId, atMs: number): void {
    this.#released.set(member, atMs);
  }

  forget(member: MemberId): void {
    this.#recognise(null, this.#sightings.get(member)?.item);
    this.#sightings.delete(member);
    this.#released.delete(member);
    this.#expected.delete(member);
  }

  #recognise(now: InventoryItem | null, before: InventoryItem | undefined): void {
    if (before) this.#known.remove(before.tags.application, before.member);
    if (now) this.#known.add(now.tags.application, now.member);
  }

  items(): readonly InventoryItem[] {
    return [...this.#sightings.values()].map((sighting) => sighting.item);
  }

  /** What the last list showed that no application has a name for any more: it can only be released. */
  remainders(provider: ProviderName): readonly MemberId[] {
    return this.#remainders.get(provider) ?? [];
  }

  provider(name: ProviderName): ProviderState | null {
    return this.#providers.get(name) ?? null;
  }

  providerOf(member: MemberId): ProviderName | null {
    return this.#sightings.get(member)?.provider ?? null;
  }
}
