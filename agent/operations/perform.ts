/** From the name of an operation to the file that does it. Trouble of the machine is an outcome, never a crash. */

import type { Operation } from '../step.ts';
import { prune } from './checkout/index.ts';
import { fetchArtifact } from './checkout-artifact.ts';
import { beginDrain, finishDrain, giveUp, shutDown } from './drain/drain.ts';
import type { Body, Outcome } from './operation.ts';
import { tellPeers } from './peers/tell-peers.ts';
import { swap } from './swap/swap.ts';
import { repositoryDirectory, versionsOnDisk } from './swap/versions.ts';
import { heal } from './workload/heal.ts';
import { startWorkload } from './workload/start.ts';

/** Never rejects: an error of file system or network is `again`. */
export async function perform(body: Body, operation: Operation, signal: AbortSignal): Promise<Outcome> {
  try {
    return await doIt(body, operation, signal);
  } catch (error) {
    body.log.error({ operation: operation.kind, error: String(error) }, 'an operation failed');
    return { kind: 'again', why: `${operation.kind}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function doIt(body: Body, operation: Operation, signal: AbortSignal): Promise<Outcome> | Outcome {
  switch (operation.kind) {
    case 'open-ports': return openPorts(body);
    case 'open-outlets': return openOutlets(body);
    case 'tell-peers': return withWish(body, (wanted) => tellPeers(body, wanted, signal));
    case 'fetch': return fetchArtifact(body, operation.artifact, signal);
    case 'start': return startWorkload(body, operation.artifacts, signal);
    case 'swap': return swap(body, operation.artifacts, signal);
    case 'heal': return heal(body, signal);
    case 'begin-drain': return beginDrain(body);
    case 'finish-drain': return finishDrain();
    case 'settle': return settle(body);
    case 'give-up': return giveUp(body, operation.why);
    case 'shut-down': return shutDown(body);
  }
}

async function openPorts(body: Body): Promise<Outcome> {
  const publicPorts = await body.gate.open(body.state().publicPorts);
  return { kind: 'done', status: 'initialized', state: { publicPorts } };
}

function openOutlets(body: Body): Promise<Outcome> | Outcome {
  return withWish(body, async (wanted) => ({ kind: 'done', state: await body.outlets.open(wanted, body.state()) }));
}

/** Everything that was asked for holds now. Versions that nobody needs any more go. */
async function settle(body: Body): Promise<Outcome> {
  const { wanted, inForce } = body.state();
  const kept = [...inForce, ...(wanted?.artifacts ?? [])];
  for (const artifact of inForce) {
    const digests = kept.filter((one) => one.repository === artifact.repository).map((one) => one.digest);
    await prune(repositoryDirectory(body.places.artifacts, artifact), digests);
  }
  return { kind: 'done', state: { applied: wanted?.generation ?? null }, facts: { onDisk: await versionsOnDisk(body.places.artifacts) } };
}

function withWish(body: Body, use: (wanted: NonNullable<ReturnType<Body['state']>['wanted']>) => Promise<Outcome>): Promise<Outcome> | Outcome {
  const { wanted } = body.state();
  return wanted === null ? { kind: 'again', why: 'nothing is assigned' } : use(wanted);
}
