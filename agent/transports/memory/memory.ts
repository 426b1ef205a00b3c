/**
 * The transport inside one process, for tests and simulation. Messages are delivered in microtasks, in the order in which
 * they were sent; no timer and no chance is involved. A broker can be stopped and started, and forgets when it is told to.
 */

import { addressWords } from '../address.ts';
import { demandFits, handOver } from '../handover.ts';
import { NewestOutbox } from '../outbox.ts';
import type { AgentLink, LinkState, ReconcilerLink, Transport } from '../transport.ts';

interface Client {
  /** Hears whether the broker is there. */
  state(state: LinkState): void;
  /** Hears that somebody takes reports now. */
  wake(): void;
  receive(message: Uint8Array): void;
}

/** A broker in memory: mailboxes with their last message, and reports to whoever takes their shard. */
export class MemoryBroker {
  readonly #mailboxes = new Map<string, Uint8Array>();
  readonly #agents = new Map<string, Set<Client>>();
  readonly #reconcilers = new Map<string, Set<Client>>();
  readonly #clients = new Set<Client>();
  #running = true;

  /** Closes every connection; nothing is taken until `start`. Mailboxes are lost unless they are kept. */
  stop(keep: 'mailboxes' | 'nothing' = 'mailboxes'): void {
    this.#running = false;
    if (keep === 'nothing') this.#mailboxes.clear();
    for (const client of this.#clients) client.state({ connected: false, reason: 'the broker is stopped' });
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const client of this.#clients) client.state({ connected: true });
    for (const [mailbox, agents] of this.#agents) for (const agent of agents) this.#deliverLast(mailbox, agent);
  }

  /** @throws Error when the broker is stopped. */
  demandRunning(): void {
    if (!this.#running) throw new Error('not connected to the broker: the broker is stopped');
  }

  assign(mailbox: string, message: Uint8Array): void {
    this.demandRunning();
    this.#mailboxes.set(mailbox, message);
    for (const agent of this.#agents.get(mailbox) ?? []) queueMicrotask(() => agent.receive(message));
  }

  forget(mailbox: string): void {
    this.demandRunning();
    this.#mailboxes.delete(mailbox);
  }

  report(shard: string, message: Uint8Array): void {
    this.demandRunning();
    const takers = this.#reconcilers.get(shard);
    if (takers === undefined || takers.size === 0) throw new Error(`nobody takes the reports of ${shard}`);
    for (const taker of takers) queueMicrotask(() => taker.receive(message));
  }

  /** Joins until the returned function is called. */
  join(client: Client, places: { readonly mailbox?: string; readonly shards?: readonly string[] }): () => void {
    const sets = [this.#clients];
    if (places.mailbox !== undefined) sets.push(entry(this.#agents, places.mailbox));
    for (const shard of places.shards ?? []) sets.push(entry(this.#reconcilers, shard));
    for (const set of sets) set.add(client);
    client.state(this.#running ? { connected: true } : { connected: false, reason: 'the broker is stopped' });
    if (this.#running && places.mailbox !== undefined) this.#deliverLast(places.mailbox, client);
    if (places.shards !== undefined) for (const other of this.#clients) other.wake();
    return () => { for (const set of sets) set.delete(client); };
  }

  #deliverLast(mailbox: string, agent: Client): void {
    const message = this.#mailboxes.get(mailbox);
    if (message !== undefined) queueMicrotask(() => agent.receive(message));
  }
}

/** A transport over brokers that exist as long as it does; `memory://name` names one of them. */
export function memoryTransport(): Transport & { broker(url: string): MemoryBroker } {
  const brokers = new Map<string, MemoryBroker>();
  const broker = (url: string): MemoryBroker => {
    const name = new URL(url).hostname;
    const known = brokers.get(name) ?? new MemoryBroker();
    brokers.set(name, known);
    return known;
  };
  return {
    name: 'memory',
    schemes: ['memory'],
    broker,
    connectReconciler: async (options) => connectReconciler(broker(options.url), options),
    connectAgent: async (options) => connectAgent(broker(options.url), options),
  };
}

function connectReconciler(broker: MemoryBroker, options: Parameters<Transport['connectReconciler']>[0]): ReconcilerLink {
  let open = true;
  const leave = broker.join({
    state: options.onState,
    wake: () => undefined,
    receive: (message) => {
      if (open) void handOver(message, options, options.onReport);
    },
  }, { shards: options.shards.map((shard) => `${options.installation}.${shard}`) });
  const demandOpen = (): void => { if (!open) throw new Error('the link is closed'); };
  return {
    assign: async (to, message) => {
      demandOpen();
      demandFits(message, options);
      broker.assign(addressWords(options.installation, to).join('.'), message);
    },
    forget: async (member) => {
      demandOpen();
      broker.forget(addressWords(options.installation, member).join('.'));
    },
    close: async () => {
      open = false;
      leave();
    },
  };
}

function connectAgent(broker: MemoryBroker, options: Parameters<Transport['connectAgent']>[0]): AgentLink {
  const words = addressWords(options.installation, options.address);
  const outbox = new NewestOutbox(async (message) => broker.report(words.slice(0, 2).join('.'), message), 0);
  let open = true;
  let connected = false;
  const leave = broker.join({
    state: (state) => {
      connected = state.connected;
      outbox.setConnected(connected);
      options.onState(state);
    },
    wake: () => outbox.setConnected(connected),
    receive: (message) => {
      if (open) void handOver(message, options, options.onAssignment);
    },
  }, { mailbox: words.join('.') });
  return {
    report: async (message) => {
      demandFits(message, options);
      await outbox.offer(message);
    },
    close: async () => {
      open = false;
      leave();
      await outbox.close();
    },
  };
}

function entry<Key, Member>(map: Map<Key, Set<Member>>, key: Key): Set<Member> {
  const set = map.get(key) ?? new Set<Member>();
  map.set(key, set);
  return set;
}
