/**
 * Stable host ports of load-balancer clusters, kept in `ports.json` over every restart: what people have bookmarked.
 * The first cluster leads: the first of its ports is the configured one. A new cluster takes the lead over from one
 * that has no member any more.
 */

import { createServer } from 'node:net';
import type { ClusterId } from '../../../schemas/ids.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Launch } from '../../model/launch.ts';
import { readJson, replaceFile } from './records.ts';

type HostPorts = Readonly<Record<string, number>>;
export type PortsAnswer = { readonly hostPorts: HostPorts } | { readonly problem: string };

interface Book {
  readonly leader: ClusterId | null;
  /** Those asked for longest ago come first. */
  readonly clusters: Map<ClusterId, HostPorts>;
}

const firstPort = 20_000;
const lastPort = 29_999;
const tries = 200;
const clustersKept = 500;

export interface PortOptions {
  readonly file: string;
  readonly loadBalancerPort: number | null;
  readonly clock: Clock;
  readonly onRemark: (text: string) => void;
}

export class PortBook {
  readonly #options: PortOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PortOptions) {
    this.#options = options;
  }

  /**
   * The host ports of a launch, by port name. `inUse`: clusters with members here; a port of theirs that is taken is
   * taken by themselves, and its present holder lets go of it in time.
   */
  portsFor(launch: Launch, inUse: ReadonlySet<ClusterId>): Promise<PortsAnswer> {
    const answer = this.#turn.then(() => this.#portsFor(launch, inUse));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #portsFor({ cluster, settings }: Launch, inUse: ReadonlySet<ClusterId>): Promise<PortsAnswer> {
    const { clusters, leader: led } = this.#read();
    const leader = led === null || (!inUse.has(led) && !clusters.has(cluster)) ? cluster : led;
    const before = clusters.get(cluster) ?? {};
    const hostPorts: Record<string, number> = {};
    for (const [index, { name }] of settings.ports.entries()) {
      const configured = leader === cluster && index === 0 ? this.#options.loadBalancerPort : null;
      const kept = before[name] === this.#options.loadBalancerPort ? undefined : before[name];
      const wanted = configured ?? kept;
      if (wanted !== undefined && ((inUse.has(cluster) && wanted === before[name]) || await isFree(wanted))) {
        hostPorts[name] = wanted;
      } else if (configured !== null) {
        return { problem: `port ${configured} is taken by another program; free it, or set STRATOS_LB_PORT to a free port` };
      } else {
        hostPorts[name] = await this.#freePort(new Set([...clusters.values(), hostPorts].flatMap((ports) => Object.values(ports))));
        if (wanted !== undefined) this.#options.onRemark(`port ${wanted} of ${cluster} (${name}) was taken by another program: it is ${hostPorts[name]} from now on`);
      }
    }
    this.#write({ leader, clusters: clusters.set(cluster, hostPorts) }, inUse);
    return { hostPorts };
  }

  #read(): Book {
    const kept = readJson(this.#options.file) as { clusters?: unknown; leader?: unknown } | null;
    const clusters = typeof kept?.clusters === 'object' && kept.clusters !== null ? kept.clusters : {};
    return {
      leader: typeof kept?.leader === 'string' ? kept.leader as ClusterId : null,
      clusters: new Map(Object.entries(clusters).map(([cluster, ports]) => [cluster as ClusterId, validPorts(ports)])),
    };
  }

  #write({ leader, clusters }: Book, inUse: ReadonlySet<ClusterId>): void {
    const idle = [...clusters.keys()].slice(0, -1).filter((cluster) => cluster !== leader && !inUse.has(cluster));
    for (const cluster of idle.slice(0, Math.max(0, clusters.size - clustersKept))) clusters.delete(cluster);
    replaceFile(this.#options.file, { leader, clusters: Object.fromEntries(clusters) });
  }

  /** Below the range from which the kernel takes ports for outgoing connections, where a kept port would get lost. */
  async #freePort(given: ReadonlySet<number>): Promise<number> {
    for (let n = 0; n < tries; n += 1) {
      const port = firstPort + Math.floor(this.#options.clock.random() * (lastPort - firstPort + 1));
      if (!given.has(port) && port !== this.#options.loadBalancerPort && await isFree(port)) return port;
    }
    throw new Error(`no free port between ${firstPort} and ${lastPort} in ${tries} tries`);
  }
}

function validPorts(ports: unknown): HostPorts {
  const valid = Object.entries(Object(ports) as object).filter((entry): entry is [string, number] => Number.isInteger(entry[1]) && entry[1] > 0 && entry[1] < 65_536);
  return Object.fromEntries(valid);
}

/** Whether a server could listen there now, on any address. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
