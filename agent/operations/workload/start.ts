/** The first start of the workload in this process. */

import { wantedEnvironment } from '../../environment.ts';
import type { ReportedArtifact } from '../../../schemas/messages/report.ts';
import { sameArtifacts } from '../../step.ts';
import { holdLimitMs, type Body, type Outcome } from '../operation.ts';
import { bringUp } from './bring-up.ts';

export async function startWorkload(body: Body, artifacts: readonly ReportedArtifact[], signal: AbortSignal): Promise<Outcome> {
  const { wanted, importedValues, inForce } = body.state();
  const environment = wanted === null ? null : wantedEnvironment(wanted, body.outlets.addresses(), importedValues);
  if (environment === null) return { kind: 'again', why: 'the environment of the workload is not complete yet' };
  body.gate.hold(holdLimitMs(body));
  const trouble = await bringUp(body, { artifacts, variables: environment.variables }, signal);
  if (trouble === null) return { kind: 'done', status: 'active', state: { inForce: artifacts }, facts: { running: environment } };
  // What once served here is not refused for not coming up again, and neither is what was not given its time.
  const known = artifacts.length === 0 || sameArtifacts(artifacts, inForce);
  return known || signal.aborted ? { kind: 'again', why: trouble } : { kind: 'refused', artifacts: newOnes(artifacts, inForce), reason: trouble };
}

/** Those that do not stand in `before`. */
export function newOnes(artifacts: readonly ReportedArtifact[], before: readonly ReportedArtifact[]): readonly ReportedArtifact[] {
  return artifacts.filter((artifact) => !before.some((one) => one.repository === artifact.repository && one.digest === artifact.digest && one.commit === artifact.commit));
}
