/** What the agent is, taken down at one moment for `step`. */

import type { Digest } from '../schemas/ids.ts';
import { wantedEnvironment } from './environment.ts';
import type { Mind } from './fold.ts';
import type { Body } from './operations/operation.ts';
import { peersDigest } from './operations/peers/tell-peers.ts';
import type { Self } from './step.ts';

export function look(body: Body, mind: Mind, fetching: Digest | null): Self {
  const { state, facts } = mind;
  const { wanted } = state;
  const fits = wanted !== null && body.outlets.fits(wanted);
  return {
    status: state.status,
    stopping: body.stopping.aborted,
    portsOpen: body.gate.isOpen,
    environment: {
      running: facts.running?.digest ?? null,
      wanted: fits ? wantedEnvironment(wanted, body.outlets.addresses(), state.importedValues)?.digest ?? null : null,
    },
    peers: { told: facts.peersTold, wanted: wanted === null ? null : peersDigest(wanted) },
    needsArtifact: body.join.launch.settings.needsArtifact,
    inForce: state.inForce,
    onDisk: facts.onDisk,
    fetching,
    refused: state.refused,
    workload: body.workload.state,
    failuresMs: body.workload.failuresMs,
    applied: state.applied,
    drainDeadlineMs: facts.drainDeadlineMs,
    quietSinceMs: body.gate.quietSinceMs,
    attempts: mind.attempts,
  };
}
