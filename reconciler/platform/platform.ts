/**
 * Wires the platform. Order of starting: what is remembered, what runs, what is wanted, who listens; no pass before all
 * of it has been read.
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { sourceName, type ApplicationId } from '../../schemas/ids.ts';
import { openBase, type Base } from './base.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../contracts/clock.ts';
import { openHands, type Hands } from './hands.ts';
import { keepBundles, openInputs, syncSource, type Inputs } from './inputs.ts';
import { reconcile } from '../reconcile.ts';
import { root } from './root.ts';
import { createAgentApp } from '../server/agent.ts';
import { listenAgents, listenOperator, type Listener } from '../server/listen.ts';
import { createOperatorApp } from '../server/operator.ts';
import { createView } from './view.ts';

export interface Platform {
  /** Ends this process' part; members go on. */
  close(): Promise<void>;
}

const readyEveryMs = 250;
const settleMs = 3_000;

/** @throws CannotListen when the operators' port is taken. */
export async function startPlatform(config: Config, clock: Clock, log: Logger): Promise<Platform> {
  const base = await openBase(config, clock, log);
  const inputs = await openInputs(base);
  base.state.epoch = await base.store.beginEpoch(inputs.watch.epochSeen());
  await base.recorder.note({ type: 'started', text: `the reconciler decides under epoch ${base.state.epoch}`, facts: { epoch: base.state.epoch, git: inputs.git.preferred.name } });
  const hands = await openHands(base, inputs);
  base.wire({ application: (id) => pass(id, base, inputs, hands), source: (name) => syncSource(name, base, inputs) });
  const listeners = await listen(base, inputs, hands);
  for (const source of config.sources) base.queue.add(`source/${sourceName(source.name)}`);
  const stops = [awaitReady(base, inputs), keepBundles(base, inputs.artifacts)];
  return { close: () => close(base, inputs, hands, listeners, stops) };
}

async function pass(id: ApplicationId, base: Base, { artifacts }: Inputs, { applier }: Hands): Promise<void> {
  const end = base.metrics.passSeconds.startTimer();
  const wakeAtMs = await reconcile(id, { ...base, artifacts, applier });
  end();
  if (wakeAtMs !== null) base.queue.addAt(`application/${id}`, wakeAtMs);
}

async function listen(base: Base, inputs: Inputs, hands: Hands): Promise<readonly Listener[]> {
  const { config, clock, log, metrics } = base;
  const view = createView({
    ...base, ...inputs, sources: config.sources, life: randomBytes(4).toString('hex'),
    broker: () => hands.hearing.view(), syncSource: (source) => base.queue.add(`source/${source}`),
  });
  const onError = (error: unknown): void => log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
  const operator = createOperatorApp(view, { publicUrl: config.publicUrl, consoleDirectory: join(root, 'console', 'dist'), clock, onError });
  const agents = createAgentApp(hands.door, { onError, onAnswered: ({ status }) => metrics.bundleRequests.inc({ status: String(status) }) });
  return [
    await listenOperator(operator, { host: '127.0.0.1', port: config.httpPort, portVariable: 'STRATOS_HTTP_PORT' }),
    await listenAgents(agents, { host: '127.0.0.1', port: hands.agentsPort, portVariable: 'STRATOS_DATA_DIR' }),
  ];
}

/** Passes begin when the definitions have been read and every provider has been listed whole. */
function awaitReady(base: Base, { watch, definitions }: Inputs): () => void {
  let cancel = (): void => undefined;
  const look = (): void => {
    base.state.notReady = definitions.notReady() ?? watch.notReady() ?? (base.state.desired === null ? 'the definitions are being linked' : null);
    base.recorder.changed();
    if (base.state.notReady === null) base.enqueueAll();
    else cancel = base.clock.after(readyEveryMs, look);
  };
  look();
  return () => cancel();
}

async function close(base: Base, inputs: Inputs, hands: Hands, listeners: readonly Listener[], stops: readonly (() => void)[]): Promise<void> {
  stops.forEach((stop) => stop());
  base.state.notReady = 'stopping';
  await base.recorder.note({ type: 'stopping', text: 'the reconciler ends' });
  await base.queue.close();
  await Promise.race([hands.applier.settle(), new Promise<void>((resolve) => { base.clock.after(settleMs, resolve); })]);
  await Promise.allSettled([...listeners.map((listener) => listener.close()), inputs.watch.close(), hands.hearing.close(), inputs.definitions.close(), inputs.artifacts.close()]);
  await Promise.allSettled([...base.state.providers.values()].map((provider) => provider.close()));
  await base.store.close();
}
