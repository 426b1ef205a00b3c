/** The peers that an import may be sent to: which of them is next, and what is under way to each. */

import type { Agent as HttpAgent } from 'node:http';
import type { Peer } from '../../../schemas/messages/assignment.ts';
import type { Clock } from '../../clock.ts';
import { Agent } from '../http.ts';
import type { Protocol } from '../../state.ts';

/** After a refused connection a peer is asked only when nobody else is there. */
const avoidMs = 1000;

export interface Endpoint {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}

export interface PeerTarget {
  readonly member: string;
  readonly host: string;
  readonly port: number;
  readonly agent: HttpAgent;
  inFlight: number;
  avoidedUntilMs: number;
}

/** What an import is sent to: the peer's HTTP endpoint, else its first. */
export function endpointOf(peer: Peer): Endpoint | null {
  const endpoints = Object.values(peer.endpoints);
  return endpoints.find((endpoint) => endpoint.protocol === 'http') ?? endpoints[0] ?? null;
}

/** What the peers of a cluster speak; null when there are none that say. */
export function protocolOf(peers: readonly Peer[], cluster: string): Protocol | null {
  for (const peer of peers) {
    const endpoint = peer.cluster === cluster ? endpointOf(peer) : null;
    if (endpoint !== null) return endpoint.protocol === 'http' || endpoint.protocol === 'https' ? endpoint.protocol : 'tcp';
  }
  return null;
}

export class PeerTargets {
  readonly #clock: Clock;
  #targets = new Map<string, PeerTarget>();
  #turn = 0;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the peers of now. What is under way to one that left is finished; nothing new is sent there. */
  update(peers: readonly Peer[]): void {
    const next = new Map<string, PeerTarget>();
    for (const peer of peers) {
      const endpoint = endpointOf(peer);
      if (endpoint === null) continue;
      const key = `${peer.member} ${endpoint.host} ${endpoint.port}`;
      next.set(key, this.#targets.get(key) ?? {
        member: peer.member, host: endpoint.host, port: endpoint.port,
        agent: new Agent({ keepAlive: true, maxFreeSockets: 64 }), inFlight: 0, avoidedUntilMs: 0,
      });
    }
    for (const [key, gone] of this.#targets) if (!next.has(key)) closeIdle(gone.agent);
    this.#targets = next;
    if (next.size === 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** The peer with the least in flight among those not tried yet; equals take turns. Null when none is left. */
  pick(tried: ReadonlySet<PeerTarget>): PeerTarget | null {
    const nowMs = this.#clock.monotonicMs();
    const left = [...this.#targets.values()].filter((target) => !tried.has(target));
    const sound = left.filter((target) => target.avoidedUntilMs <= nowMs);
    const candidates = sound.length > 0 ? sound : left;
    const least = Math.min(...candidates.map((target) => target.inFlight));
    const equals = candidates.filter((target) => target.inFlight === least);
    this.#turn = (this.#turn + 1) % 1_000_000;
    return equals[this.#turn % equals.length] ?? null;
  }

  avoid(target: PeerTarget): void {
    target.avoidedUntilMs = this.#clock.monotonicMs() + avoidMs;
  }

  /** Resolves when there are peers, at the latest after `limitMs`. */
  present(limitMs: number): Promise<void> {
    if (this.#targets.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiting.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(limitMs, done);
      this.#waiting.add(done);
    });
  }

  close(): void {
    for (const target of this.#targets.values()) target.agent.destroy();
    this.#targets = new Map();
  }
}

function closeIdle(agent: HttpAgent): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  // Connections that are in use now end with their answer instead of becoming idle.
  agent.maxFreeSockets = 0;
}
