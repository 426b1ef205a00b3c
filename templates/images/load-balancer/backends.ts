/**
 * The table of backends: read from the peers file, replaced as a whole.
 * Invariants: once `load` has resolved, nothing new is sent to a peer that left; what is under way to it is finished.
 */

import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';

export interface Backend {
  readonly member: string;
  /** The commit that it serves; empty when it serves none of its own. */
  readonly commit: string;
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  inFlight: number;
  /** It took no connection a moment ago: asked only when nobody else is there. */
  avoided: boolean;
}

interface PeersFile {
  readonly peers: readonly {
    readonly member: string;
    readonly endpoints: Readonly<Record<string, { readonly protocol: string; readonly host: string; readonly port: number }>>;
    readonly commits: Readonly<Record<string, string>>;
  }[];
}

const avoidMs = 1000;

export class Backends {
  readonly #path: string;
  #table: readonly Backend[] = [];
  #turn = 0;
  readonly #waiting = new Set<() => void>();

  constructor(peersFile: string) {
    this.#path = peersFile;
  }

  /** Reads the peers file and puts it in force. @throws Error when it can not be read; then the table stays as it was. */
  async load(): Promise<void> {
    const { peers } = JSON.parse(await readFile(this.#path, 'utf8')) as PeersFile;
    const before = new Map(this.#table.map((backend) => [keyOf(backend), backend]));
    const next: Backend[] = [];
    for (const peer of peers) {
      const endpoint = Object.values(peer.endpoints).find(({ protocol }) => protocol === 'http');
      if (endpoint === undefined) continue;
      const { host, port } = endpoint;
      const commit = Object.values(peer.commits)[0] ?? '';
      const known = before.get(keyOf({ member: peer.member, host, port }));
      before.delete(keyOf({ member: peer.member, host, port }));
      // The counts of what is under way belong to the address, whatever commit it serves by now.
      if (known !== undefined) next.push(Object.assign(known, { commit }));
      else next.push({ member: peer.member, commit, host, port, agent: new Agent({ keepAlive: true, maxFreeSockets: 64 }), inFlight: 0, avoided: false });
    }
    this.#table = next;
    for (const gone of before.values()) letGo(gone.agent);
    for (const look of this.#waiting) look();
  }

  /** The backend with the least in flight among those not tried yet; equals take turns. */
  pick(tried: ReadonlySet<Backend>): Backend | null {
    let best: Backend | null = null;
    this.#turn = (this.#turn + 1) % Math.max(this.#table.length, 1);
    for (let index = 0; index < this.#table.length; index += 1) {
      const backend = this.#table[(this.#turn + index) % this.#table.length];
      if (backend === undefined || tried.has(backend)) continue;
      if (best === null || rank(backend) < rank(best)) best = backend;
    }
    return best;
  }

  avoid(backend: Backend): void {
    backend.avoided = true;
    setTimeout(() => {
      backend.avoided = false;
    }, avoidMs).unref();
  }

  /** Resolves when there is a backend that was not tried yet, at the latest after `limitMs`; null when there is one already. */
  another(tried: ReadonlySet<Backend>, limitMs: number): Promise<void> | null {
    const isThere = (): boolean => this.#table.some((backend) => !tried.has(backend));
    if (isThere()) return null;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isThere()) done();
      };
      const timer = setTimeout(done, limitMs);
      this.#waiting.add(look);
    });
  }
}

function keyOf(of: { readonly member: string; readonly host: string; readonly port: number }): string {
  return `${of.member} ${of.host} ${of.port}`;
}

function rank(backend: Backend): number {
  return backend.inFlight + (backend.avoided ? 1_000_000 : 0);
}

/** Ends what is idle; what is in use ends with its answer. */
function letGo(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
