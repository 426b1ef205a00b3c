/** The outlets of a member: one per import of an address. Ports, once chosen, are kept in the agent's state. */

import type { Assignment, Peer } from '../../../schemas/messages/assignment.ts';
import type { Clock } from '../../clock.ts';
import { addressKey, type Variables } from '../../environment.ts';
import type { Protocol } from '../../state.ts';
import { listenSomewhere, loopback } from '../ports.ts';
import { Outlet } from './outlet.ts';
import { protocolOf } from './peers.ts';

interface OpenOutlet {
  readonly outlet: Outlet;
  readonly cluster: string;
  readonly port: number;
}

export interface OutletMemory {
  readonly outletPorts: Readonly<Record<string, number>>;
  readonly outletProtocols: Readonly<Record<string, Protocol>>;
}

export class Outlets {
  readonly #clock: Clock;
  readonly #open = new Map<string, OpenOutlet>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether every imported address has its outlet, and none is there that nobody imports. */
  fits(assignment: Assignment): boolean {
    const wanted = wantedOutlets(assignment);
    return wanted.length === this.#open.size && wanted.every(({ variable, cluster }) => {
      const open = this.#open.get(variable);
      const protocol = protocolOf(assignment.peers, cluster);
      return open !== undefined && open.cluster === cluster && (protocol === null || protocol === open.outlet.protocol);
    });
  }

  /** Opens what is missing and closes what nobody imports any more. Returns what to remember. */
  async open(assignment: Assignment, memory: OutletMemory): Promise<OutletMemory> {
    const wanted = wantedOutlets(assignment);
    for (const [variable, open] of this.#open) {
      const still = wanted.find((one) => one.variable === variable && one.cluster === open.cluster);
      const protocol = still === undefined ? null : protocolOf(assignment.peers, still.cluster);
      if (still !== undefined && (protocol === null || protocol === open.outlet.protocol)) continue;
      this.#open.delete(variable);
      await open.outlet.close();
    }
    for (const { variable, cluster } of wanted) {
      if (this.#open.has(variable)) continue;
      const protocol = protocolOf(assignment.peers, cluster) ?? memory.outletProtocols[variable] ?? 'http';
      await listenSomewhere(async (number) => {
        const outlet = new Outlet({ cluster, protocol }, this.#clock);
        const port = await outlet.listen(number);
        this.#open.set(variable, { outlet, cluster, port });
        outlet.update(assignment.peers);
        return port;
      }, this.#clock, memory.outletPorts[variable]);
    }
    const all = [...this.#open];
    return {
      outletPorts: Object.fromEntries(all.map(([variable, open]) => [variable, open.port])),
      outletProtocols: Object.fromEntries(all.map(([variable, open]) => [variable, open.outlet.protocol])),
    };
  }

  /** From now on only these peers get new requests. */
  update(peers: readonly Peer[]): void {
    for (const { outlet } of this.#open.values()) outlet.update(peers);
  }

  /** Variable → what the workload is told: a URL, or `host:port` where no HTTP is spoken. */
  addresses(): Variables {
    return Object.fromEntries([...this.#open].map(([variable, { outlet, port }]) => [
      variable, outlet.protocol === 'tcp' ? `${loopback}:${port}` : `${outlet.protocol}://${loopback}:${port}`,
    ]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ outlet }) => outlet.close()));
    this.#open.clear();
  }
}

function wantedOutlets(assignment: Assignment): readonly { readonly variable: string; readonly cluster: string }[] {
  return Object.entries(assignment.imports)
    .filter(([, wanted]) => wanted.key === addressKey)
    .map(([variable, wanted]) => ({ variable, cluster: wanted.cluster }));
}
