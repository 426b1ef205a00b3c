/**
 * The gate: the agent itself listens on the member's public ports and hands on to the workload's private ones. So it
 * knows what is in flight, can hold requests while the workload is exchanged, and the address of a member never changes.
 * Invariants: a public port, once open, stays the same while the member lives; while the gate holds, nothing reaches
 * the workload.
 */

import type { Clock } from '../../clock.ts';
import { fixedHostPort, type LaunchedPort, type LaunchSettings } from '../../join.ts';
import { Agent } from '../http.ts';
import { listenSomewhere, loopback } from '../ports.ts';
import { Counters } from './counters.ts';
import { HttpPort } from './http-port.ts';
import type { Behind, GatePort, PortSurroundings } from './port.ts';
import { TcpPort } from './tcp-port.ts';
import { WaitingRoom } from './waiting-room.ts';

/** How long a request waits while there is no workload yet. */
const unstartedWaitMs = 30_000;

export interface Endpoint {
  readonly port: string;
  readonly protocol: string;
  readonly host: string;
  readonly number: number;
  readonly url: string;
}

interface OpenPort {
  readonly of: LaunchedPort;
  readonly number: number;
  readonly fixed: boolean;
  readonly port: GatePort;
}

export class Gate {
  readonly #clock: Clock;
  readonly #settings: LaunchSettings;
  readonly #room: WaitingRoom;
  readonly #counters: Counters;
  readonly #open = new Map<string, OpenPort>();
  #privatePorts: ReadonlyMap<string, number> = new Map();
  #agent = newAgent();
  #closing = false;

  constructor(settings: LaunchSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#room = new WaitingRoom(clock);
    this.#counters = new Counters(clock);
    this.#room.hold(unstartedWaitMs);
  }

  /**
   * Listens on every port of the launch that is not open yet: on its fixed host port, else on `preferred`, else on a
   * free one. Returns port name → public port.
   * @throws Error with code EADDRINUSE when a fixed port is taken.
   */
  async open(preferred: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    for (const of of this.#settings.ports) {
      if (this.#open.has(of.name)) continue;
      const fixed = fixedHostPort(this.#settings, of.name);
      const build = (): GatePort => (of.protocol === 'http' ? new HttpPort(this.#around(of.name)) : new TcpPort(this.#around(of.name)));
      const add = (port: GatePort, number: number): void => void this.#open.set(of.name, { of, number, fixed: fixed !== null, port });
      if (fixed !== null) {
        const port = build();
        // A successor must be able to listen beside us before we let go.
        add(port, await port.listen(fixed, true));
      } else {
        await listenSomewhere(async (number) => {
          const port = build();
          await port.listen(number, false);
          add(port, number);
          return number;
        }, this.#clock, preferred[of.name]);
      }
    }
    return Object.fromEntries([...this.#open.values()].map((open) => [open.of.name, open.number]));
  }

  get isOpen(): boolean {
    return this.#open.size === this.#settings.ports.length;
  }

  /** From now on new requests wait, each at most `limitMs`. */
  hold(limitMs: number): void {
    this.#room.hold(limitMs);
  }

  /** Resolves when the workload has nothing in flight, at the latest after `limitMs`. */
  quiet(limitMs: number): Promise<void> {
    return this.#counters.quiet(limitMs);
  }

  /** The workload listens there now: port name → private port. Whoever waited goes on. */
  release(privatePorts: ReadonlyMap<string, number>): void {
    this.#privatePorts = privatePorts;
    this.#room.open();
  }

  /** Ends what is left of the connections to the workload: it is gone. */
  disconnect(): void {
    this.#agent.destroy();
    this.#agent = newAgent();
  }

  /** Answers go on, connections end after their answer, and fixed ports are left to a successor. */
  drain(): void {
    this.#closing = true;
    for (const open of this.#open.values()) if (open.fixed) open.port.stopListening();
  }

  endpoints(): readonly Endpoint[] {
    return [...this.#open.values()].map(({ of, number }) => ({
      port: of.name, protocol: of.protocol, host: loopback, number, url: `${of.protocol}://${loopback}:${number}`,
    }));
  }

  get statistics(): { readonly requestsInFlight: number; readonly requestsTotal: number; readonly requestsFailed: number } {
    return { requestsInFlight: this.#counters.inFlight + this.#room.waiting, requestsTotal: this.#counters.total, requestsFailed: this.#counters.failed };
  }

  /** Since when nothing is in flight or waiting, by the monotonic clock; null while something is. */
  get quietSinceMs(): number | null {
    return this.#room.waiting > 0 ? null : this.#counters.quietSinceMs;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((open) => open.port.close()));
    this.#agent.destroy();
  }

  #around(name: string): PortSurroundings {
    return {
      clock: this.#clock, room: this.#room, counters: this.#counters,
      closing: () => this.#closing,
      behind: (): Behind | null => {
        const port = this.#privatePorts.get(name);
        return port === undefined ? null : { port, agent: this.#agent };
      },
    };
  }
}

function newAgent(): InstanceType<typeof Agent> {
  return new Agent({ keepAlive: true, maxFreeSockets: 64 });
}
