/**
 * Exchanging what the workload runs, in place: artifacts, environment or both. The gate holds what comes meanwhile, so a
 * cluster of one exchanges without a failed request. What does not come up is put back as it was.
 */

import { wantedEnvironment } from '../../environment.ts';
import type { ReportedArtifact } from '../../../schemas/messages/report.ts';
import { callExtension, findExtension, mainArtifact } from '../extensions/extension.ts';
import { holdLimitMs, timeoutsOf, type Body, type Outcome } from '../operation.ts';
import { bringUp, commitOf, stopGraceMs, takeDown, type Wish } from '../workload/bring-up.ts';
import { newOnes } from '../workload/start.ts';
import { switchTo, versionDirectory } from './versions.ts';

export async function swap(body: Body, artifacts: readonly ReportedArtifact[], signal: AbortSignal): Promise<Outcome> {
  const { wanted, importedValues, inForce } = body.state();
  const running = body.facts().running;
  const environment = wanted === null ? null : wantedEnvironment(wanted, body.outlets.addresses(), importedValues);
  if (environment === null || running === null) return { kind: 'again', why: 'the environment of the workload is not complete yet' };
  const before: Wish = { artifacts: inForce, variables: running.variables };
  const wish: Wish = { artifacts, variables: environment.variables };

  body.gate.hold(holdLimitMs(body));
  await body.gate.quiet(timeoutsOf(body).drainMs);
  const isReload = environment.digest === running.digest && body.workload.state === 'up' && await hasReload(body, wish);
  const trouble = isReload ? await reload(body, wish, signal) : await restart(body, wish, signal);
  if (trouble === null) return { kind: 'done', state: { inForce: artifacts }, facts: { running: environment } };

  const news = newOnes(artifacts, inForce);
  body.log.warn({ trouble }, 'the exchange failed and is taken back');
  if (!body.stopping.aborted) await putBack(body, before);
  if (signal.aborted || news.length === 0) return { kind: 'again', why: trouble };
  return { kind: 'refused', artifacts: news, reason: trouble };
}

/** Whether the workload takes new artifacts without a restart: by an extension of the new version or of the image. */
async function hasReload(body: Body, wish: Wish): Promise<boolean> {
  if (body.join.launch.settings.extensions['artifactsUpdated'] === undefined) return false;
  const own = wish.artifacts.find((artifact) => artifact.repository === mainArtifact(body)?.repository);
  const directory = own === undefined ? null : versionDirectory(body.places.artifacts, own);
  return (await findExtension(body, 'artifactsUpdated', directory)).kind !== 'none';
}

async function reload(body: Body, wish: Wish, signal: AbortSignal): Promise<string | null> {
  await switchTo(body.places.artifacts, wish.artifacts);
  const ports = body.workload.ports;
  const trouble = await callExtension(body, 'artifactsUpdated', { variables: wish.variables, ports, commit: commitOf(body, wish.artifacts) }, signal)
    ?? await body.workload.check();
  if (trouble === null) body.gate.release(ports);
  return trouble;
}

async function restart(body: Body, wish: Wish, signal: AbortSignal): Promise<string | null> {
  await takeDown(body, stopGraceMs);
  return bringUp(body, wish, signal);
}

/** What ran before runs again, from a fresh start: whatever the failed version did to the process is gone. */
async function putBack(body: Body, before: Wish): Promise<void> {
  await body.workload.stop(stopGraceMs);
  body.gate.disconnect();
  const trouble = await bringUp(body, before, body.stopping);
  if (trouble !== null) body.workload.fail(trouble);
}
