/**
 * Keeps one connection to a broker: opens it, notices its loss, opens the next one after a growing, jittered pause.
 * A new connection starts from nothing (declarations, subscriptions, what was in flight), so that after any mishap,
 * a closed channel or a deleted queue as much as a restarted broker, there is one way back, and it is the way in.
 */

import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { LinkState } from './transport.ts';

export interface Connection {
  close(): Promise<void>;
}

/** What an opened connection says of itself later. */
export interface Hooks {
  /** It ended, or is of no use any more. Only the first call counts. */
  lost(reason: string): void;
  /** It stands, but the broker takes nothing for now; null when it does again. */
  blocked(reason: string | null): void;
  /** Aborts an opening. */
  readonly signal: AbortSignal;
}

export interface KeepOptions<Live extends Connection> {
  /** Opens a connection; rejects when there is none to be had. */
  open(hooks: Hooks): Promise<Live>;
  onState(state: LinkState): void;
  readonly pauses?: Pauses;
}

/** Pauses between attempts, in milliseconds: doubled from `first` to `longest`; a connection that held for `steady` starts anew. */
export interface Pauses {
  readonly first: number;
  readonly longest: number;
  readonly steady: number;
}

export const usualPauses: Pauses = { first: 100, longest: 15_000, steady: 10_000 };

export interface Kept<Live extends Connection> {
  /** The connection when it can be used. @throws Error with the reason why not. */
  demand(): Live;
  /** Ends it for good; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** Starts at once and goes on until it is closed; every failure is a state and a further attempt. */
export function keepConnection<Live extends Connection>(options: KeepOptions<Live>): Kept<Live> {
  const stop = new AbortController();
  const stopped = new Promise<string>((resolve) => stop.signal.addEventListener('abort', () => resolve('closed'), { once: true }));
  const pauses = options.pauses ?? usualPauses;
  const usable = watchUsable<Live>(options.onState);

  /** One connection from its opening to its loss; resolves to whether it held long enough to be called steady. */
  const hold = async (): Promise<boolean> => {
    const lost = Promise.withResolvers<string>();
    let opened: Live | null = null;
    let steady = false;
    let timer: NodeJS.Timeout | undefined;
    const blocked = (reason: string | null): void => {
      if (opened !== null) usable.set(reason === null ? opened : null, reason ?? '');
    };
    try {
      const live = await options.open({ lost: lost.resolve, blocked, signal: stop.signal });
      opened = live;
      timer = setTimeout(() => { steady = true; }, pauses.steady);
      timer.unref();
      usable.set(live, '');
      usable.set(null, await Promise.race([stopped, lost.promise]));
    } catch (error) {
      usable.set(null, reasonOf(error));
    }
    const ended = opened;
    opened = null;
    clearTimeout(timer);
    await ended?.close().catch(() => undefined);
    return steady;
  };

  const keep = async (): Promise<void> => {
    let attempt = 0;
    while (!stop.signal.aborted) {
      if (await hold()) attempt = 0;
      const longest = Math.min(pauses.longest, pauses.first * 2 ** attempt++);
      // Half of the pause is chance, so that the members of a restarted broker do not come back in step.
      const half = Math.ceil(longest / 2);
      await pause(half + randomInt(half + 1), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const kept = keep();
  return {
    demand: usable.demand,
    close: () => {
      stop.abort();
      usable.end();
      return kept;
    },
  };
}

/** The usable connection, if any; tells each change once, and none after its end. */
function watchUsable<Live>(onState: (state: LinkState) => void): { set(live: Live | null, reason: string): void; end(): void; demand(): Live } {
  let usable: Live | null = null;
  let why = 'connecting';
  let ended = false;
  return {
    set: (live, reason) => {
      if (ended || (live === usable && reason === why)) return;
      usable = live;
      why = reason;
      onState(live === null ? { connected: false, reason } : { connected: true });
    },
    end: () => {
      ended = true;
      usable = null;
    },
    demand: () => {
      if (ended) throw new Error('the link is closed');
      if (usable === null) throw new Error(`not connected to the broker: ${why}`);
      return usable;
    },
  };
}

/** One line about an error. An AggregateError, of several addresses, has no message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0] ?? '';
}

/** Settles as `work` does, or rejects when that takes longer. */
export async function within<Value>(timeoutMs: number, what: string, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} took more than ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
