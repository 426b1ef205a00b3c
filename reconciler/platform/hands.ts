/** What flows out: assignments through the broker, launches and releases through the providers. */

import { createHmac } from 'node:crypto';
import { createApplier, type Applier } from '../apply/index.ts';
import { signBundleUrl, verifyBundleUrl } from '../artifacts/index.ts';
import type { Base } from './base.ts';
import type { AgentDoor } from '../contracts/view.ts';
import { createHearing, type Hearing } from './hearing.ts';
import { keptPort } from './identity.ts';
import type { Inputs } from './inputs.ts';
import { createJoins } from './join.ts';

export interface Hands {
  readonly applier: Applier;
  readonly hearing: Hearing;
  readonly agentsPort: number;
  readonly door: AgentDoor;
}

/** A fetch may wait behind many others; an agent that comes later asks for its assignment again. */
const bundleUrlMs = 3_600_000;

export async function openHands(base: Base, { artifacts, watch }: Inputs): Promise<Hands> {
  const { config, clock, identity, store, state, recorder, metrics, queue } = base;
  const agentsPort = await keptPort(config.dataDirectory, 'agents');
  const joins = createJoins({ config, identity, artifactsUrl: `http://127.0.0.1:${agentsPort}` });
  const hearing = await createHearing({ ...base, onNews: () => base.enqueueAll() });
  const bundleKey = createHmac('sha256', identity.master).update('bundle urls').digest();
  let sequence = 0;
  const applier = createApplier({
    clock, identity, store, epoch: () => state.epoch, provider: (name) => state.providers.get(name) ?? null, link: () => hearing.link(),
    address: (member) => joins.address(state, member), join: (launch) => joins.join(launch), intents: state.intents, flights: state.flights,
    bundleUrl: ({ digest, member }) => signBundleUrl({ digest, member, expiresAtMs: clock.nowMs() + bundleUrlMs }, bundleKey),
    nextSequence: () => (sequence += 1),
    onProviderChanged: (name) => watch.refresh(name),
    onReleased: (member) => watch.released(member),
    onForgotten: (member) => { state.inventory.forget(member); state.reports.forget(member); },
    onNoCapacity: (partition, quarantinedUntilMs, why) => state.offerings.set(partition, { quarantinedUntilMs, why }),
  }, (application, action, outcome) => {
    metrics.actions.inc({ action: action.type, outcome: outcome.kind });
    void recorder.landed(application, action, outcome);
    if (outcome.kind === 'again') queue.addAt(`application/${application}`, outcome.atMs);
    else queue.add(`application/${application}`);
  });
  const door: AgentDoor = {
    authorizeBundle: (of) => verifyBundleUrl(of, bundleKey, clock.nowMs()),
    bundleFile: (digest) => artifacts.bundleFile(digest),
  };
  return { applier, hearing, agentsPort, door };
}
