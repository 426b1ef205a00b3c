/** Hints that members may have changed: at once when a child of this process ends, else by looking every so often. */

import type { Clock } from '../../contracts/clock.ts';
import { agentLives, membersWithDirectory, type Machine } from './owned.ts';

export class MemberWatch {
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #listeners = new Set<() => void>();
  #cancel: (() => void) | null = null;
  #seen = '';

  constructor(machine: Machine, { clock, pollMs }: { clock: Clock; pollMs: number }) {
    this.#machine = machine;
    this.#clock = clock;
    this.#pollMs = pollMs;
  }

  add(listener: () => void): () => void {
    // Each call is a listener of its own, also when the same function is given twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    if (this.#cancel === null) {
      this.#seen = this.#glance();
      this.#schedule();
    }
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.close();
    };
  }

  hint(): void {
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    this.#listeners.clear();
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#pollMs, () => {
      const now = this.#glance();
      const changed = now !== this.#seen;
      this.#seen = now;
      this.#schedule();
      if (changed) this.hint();
    });
  }

  /** Which members there are, and which of their agents live: two folders and one small file of the kernel per member. */
  #glance(): string {
    try {
      const agents = this.#machine.records.members().map((member) => {
        const record = this.#machine.records.read(member);
        return `${member} ${record !== null && agentLives(this.#machine, record)}`;
      });
      return [...agents.toSorted(), ...membersWithDirectory(this.#machine).toSorted()].join('\n');
    } catch (error) {
      return `unreadable: ${(error as Error).message}`;
    }
  }
}
