/** Bringing the workload up with given artifacts and environment, and taking it down: what starting, healing and swapping share. */

import { artifactDirectory, callExtension, findExtension, mainArtifact } from '../extensions/extension.ts';
import { environmentOf, type Variables } from '../../environment.ts';
import type { ReportedArtifact } from '../../../schemas/messages/report.ts';
import type { Body } from '../operation.ts';
import { timeoutsOf } from '../operation.ts';
import { freePort } from '../ports.ts';
import { switchTo } from '../swap/versions.ts';

/** How long a workload that needs no drain is asked to end before it is killed. */
export const stopGraceMs = 3000;

export interface Wish {
  readonly artifacts: readonly ReportedArtifact[];
  readonly variables: Variables;
}

/**
 * Puts the artifacts in force, starts the workload and waits until it is healthy; then the gate sends to it.
 * Null when all went well, else why not: then nothing runs, and the gate still holds.
 */
export async function bringUp(body: Body, wish: Wish, signal: AbortSignal): Promise<string | null> {
  await switchTo(body.places.artifacts, wish.artifacts);
  const located = await findExtension(body, 'start');
  if (located.kind === 'none') return 'there is no program to start: neither the artifact nor the image has one';
  if (located.kind === 'refused') return `the program to start is not fit: ${located.why}`;
  const ports = await privatePorts(body);
  const mark = body.newMark();
  const directory = artifactDirectory(body);
  const life = { mark, ports: [...ports].map(([name, number]) => ({ name, number })), artifactDirectory: directory, commit: commitOf(body, wish.artifacts) };
  const trouble = await body.workload.start({
    file: located.file, cwd: directory ?? body.join.imageDirectory ?? body.places.member, mark, ports,
    environment: environmentOf({ ...body, life }, wish.variables), startMs: timeoutsOf(body).startMs,
  }, signal);
  if (trouble === null) body.gate.release(ports);
  return trouble;
}

/** Ends the workload: its own extension first, then signals. */
export async function takeDown(body: Body, graceMs: number): Promise<void> {
  const running = body.facts().running;
  if (body.workload.isRunning && running !== null) {
    for (const name of ['stop', 'clean'] as const) {
      const trouble = await callExtension(body, name, { variables: running.variables, ports: body.workload.ports, commit: commitOf(body, body.state().inForce) });
      if (trouble !== null) body.log.warn({ extension: name }, trouble);
    }
  }
  await body.workload.stop(graceMs);
  body.gate.disconnect();
}

/** The commit of the workload's own artifact among these. */
export function commitOf(body: Body, artifacts: readonly ReportedArtifact[]): string | null {
  const repository = mainArtifact(body)?.repository;
  return artifacts.find((artifact) => artifact.repository === repository)?.commit ?? null;
}

/** The ports of the last life when they are still free, so that a restart changes as little as it can. */
async function privatePorts(body: Body): Promise<ReadonlyMap<string, number>> {
  const before = body.workload.ports;
  const ports = new Map<string, number>();
  for (const { name } of body.join.launch.settings.ports) ports.set(name, await freePort(body.clock, before.get(name)));
  return ports;
}
