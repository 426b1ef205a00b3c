/** The reconciler's ear and voice: its link to the broker, and since when it hears the agents. */

import type { Logger } from 'pino';
import { reconcilerBrokerPassword, type InstallationIdentity } from '../../agent/transports/keys.ts';
import { transportFor } from '../../agent/transports/index.ts';
import type { LinkState, ReconcilerLink } from '../../agent/transports/transport.ts';
import { messageBytesMax, shardCount } from '../../schemas/messages/envelope.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Store } from '../contracts/store.ts';
import type { LinkView } from '../contracts/view.ts';
import type { Recorder } from '../recorder.ts';
import type { State } from '../state.ts';

export interface Hearing {
  link(): ReconcilerLink | null;
  view(): LinkView;
  close(): Promise<void>;
}

export interface HearingOptions {
  readonly config: Config;
  readonly identity: InstallationIdentity;
  readonly state: State;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  readonly recorder: Recorder;
  readonly onNews: () => void;
}

export async function createHearing(options: HearingOptions): Promise<Hearing> {
  const { config, identity, state, clock, log, recorder, onNews } = options;
  const url = config.brokerUrl ?? `mqtt://${identity.installation}:${reconcilerBrokerPassword(identity)}@127.0.0.1:${config.embeddedBrokerPort}`;
  const transport = await transportFor(url);
  let current: LinkState = { connected: false, reason: 'not connected yet' };

  function onState(now: LinkState): void {
    const changed = now.connected !== current.connected;
    current = now;
    if (!changed) return;
    state.hearingSinceMs = now.connected ? clock.nowMs() : null;
    void recorder.note({ type: 'broker', text: now.connected ? 'the broker is connected' : `the broker is away: ${now.reason}`, facts: { transport: transport.name, connected: now.connected } });
    onNews();
  }

  let rising: Promise<void> | null = null;

  /** Somebody has decided under a higher epoch: the store was lost, or another replica was here. Ours must be above it. Reports that come together raise it once. */
  function riseAbove(): Promise<void> | null {
    if (state.reports.epochSeen() <= state.epoch) return null;
    rising ??= (async () => {
      while (state.reports.epochSeen() > state.epoch) state.epoch = await options.store.beginEpoch(state.reports.epochSeen());
      onNews();
    })().finally(() => { rising = null; });
    return rising;
  }

  const link = await transport.connectReconciler({
    url, installation: identity.installation, messageBytesMax, shards: Array.from({ length: shardCount }, (_, shard) => shard),
    onState, onRefused: (why) => log.warn({ why }, 'a message was refused'),
    async onReport(message) {
      state.reports.receive(message);
      await riseAbove();
    },
  });
  return {
    link: () => (current.connected ? link : null),
    view: () => ({ name: transport.name, connected: current.connected, detail: current.connected ? '' : current.reason }),
    close: () => link.close(),
  };
}
