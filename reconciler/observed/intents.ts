/** The intents as they stand, by member; each makes its member known to its application. */

import type { MemberId } from '../../schemas/ids.ts';
import type { Intent } from '../contracts/store.ts';
import type { KnownMembers } from './known-members.ts';

export class Intents extends Map<MemberId, Intent> {
  readonly #known: KnownMembers;

  constructor(known: KnownMembers) {
    super();
    this.#known = known;
  }

  override set(member: MemberId, intent: Intent): this {
    this.#release(member);
    this.#known.add(intent.launch.application, member);
    return super.set(member, intent);
  }

  override delete(member: MemberId): boolean {
    this.#release(member);
    return super.delete(member);
  }

  override clear(): void {
    for (const member of this.keys()) this.#release(member);
    super.clear();
  }

  #release(member: MemberId): void {
    const before = this.get(member);
    if (before) this.#known.remove(before.launch.application, member);
  }
}
