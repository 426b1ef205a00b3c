/** Bringing an assigned bundle onto the disk; it comes into force later. */

import type { AssignedArtifact } from '../../schemas/messages/assignment.ts';
import type { Body, Outcome } from './operation.ts';
import { repositoryDirectory } from './swap/versions.ts';

const fetchTimeoutMs = 10 * 60_000;

/** Fetches from the agents' listener. A bundle that may not be unpacked here is refused. */
export async function fetchArtifact(body: Body, artifact: AssignedArtifact, signal: AbortSignal): Promise<Outcome> {
  const base = body.join.artifactsUrl.endsWith('/') ? body.join.artifactsUrl : `${body.join.artifactsUrl}/`;
  if (!URL.canParse(artifact.url, base)) return { kind: 'again', why: 'the address of an artifact is not a URL' };
  const url = new URL(artifact.url, base);
  if (url.origin !== new URL(base).origin) return { kind: 'again', why: 'the address of an artifact leads away from the agents\' listener' };
  const { digest, bytes } = artifact;
  const result = await body.checkout({ url: url.href, digest, bytes, into: repositoryDirectory(body.places.artifacts, artifact), signal, fetchTimeoutMs });
  if (result.kind === 'done') return { kind: 'done', facts: { onDisk: new Set([...body.facts().onDisk, digest]) } };
  if (result.kind === 'again') return { kind: 'again', why: `fetching commit ${artifact.commit.slice(0, 10)}: ${result.why}` };
  return { kind: 'refused', artifacts: [{ repository: artifact.repository, commit: artifact.commit, digest }], reason: result.reason };
}
