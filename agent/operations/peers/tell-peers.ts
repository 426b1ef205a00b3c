/** Making the peers of now known: to the outlets, in the peers file, and to the workload when it wants to be told. */

import { digestOf } from '../../../schemas/digest.ts';
import type { Digest } from '../../../schemas/ids.ts';
import type { Assignment } from '../../../schemas/messages/assignment.ts';
import { callExtension } from '../extensions/extension.ts';
import type { Body, Outcome } from '../operation.ts';
import { commitOf } from '../workload/bring-up.ts';
import { writePeersFile } from './peers-file.ts';

const digests = new WeakMap<Assignment, Digest>();

/** The digest of an assignment's peers, worked out once: it is asked for at every step, and there may be hundreds of peers. */
export function peersDigest(assignment: Assignment): Digest {
  const digest = digests.get(assignment) ?? digestOf(assignment.peers);
  digests.set(assignment, digest);
  return digest;
}

/** Done when nothing new goes to a peer that is not in the assignment: only then does the assignment count as applied. */
export async function tellPeers(body: Body, assignment: Assignment, signal: AbortSignal): Promise<Outcome> {
  body.outlets.update(assignment.peers);
  await writePeersFile(body.places.peersFile, assignment.peers);
  const { running } = body.facts();
  if (body.workload.state === 'up' && running !== null) {
    const trouble = await callExtension(body, 'peersUpdated', {
      variables: running.variables, ports: body.workload.ports, commit: commitOf(body, body.state().inForce),
    }, signal);
    if (trouble !== null) return { kind: 'again', why: trouble };
  }
  return { kind: 'done', facts: { peersTold: peersDigest(assignment) } };
}
