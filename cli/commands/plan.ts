/** `stratos plan`: the steps that definitions would take, from nothing, from a world in a file, or from what runs. */

import type { Plan } from '../../schemas/api/bodies.generated.ts';
import { applicationId } from '../../schemas/ids.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { Desired, DesiredApplication } from '../../reconciler/model/desired.ts';
import { emptyMemory } from '../../reconciler/model/memory.ts';
import type { Problem } from '../../reconciler/model/problem.ts';
import { preview, type Preview } from '../../reconciler/plan/preview.ts';
import { filesTenant } from '../definitions.ts';
import { exitCodes, Failure } from '../exit.ts';
import { linkDefinitions, type Linked } from '../linked.ts';
import { show } from '../output.ts';
import { stepsText } from '../plan-steps.ts';
import { countProblems, countsText } from '../problems.ts';
import { readRunningWorld, readWorldFile } from '../read-world.ts';
import { processTerminal } from '../terminal.ts';
import { observedOf, type World } from '../world.ts';
import { readDefinitions, type ValidateOptions } from './validate.ts';

export interface PlanOptions extends Omit<ValidateOptions, 'output' | 'strict'> {
  readonly output: 'text' | 'json' | 'yaml';
  readonly application?: string;
  readonly world?: string;
  readonly against?: string;
  readonly tenant: string;
}

/** One application's way from the world to what is wanted. */
export interface PlannedApplication {
  readonly application: string;
  /** False: it goes on beyond the steps that were looked at. */
  readonly settled: boolean;
  readonly steps: readonly Pick<Plan, 'actions' | 'holds'>[];
}

export interface PlanDocument {
  readonly revision: string;
  readonly applications: readonly PlannedApplication[];
  readonly problems: readonly Problem[];
}

/** Exit code 1 when the definitions have errors: what they concern is not in the plan. */
export async function planDefinitions(paths: readonly string[], options: PlanOptions): Promise<void> {
  const terminal = processTerminal();
  const { systemClock } = await import('../../reconciler/clock.ts');
  const definitions = await readDefinitions(paths, options);
  const linked = linkDefinitions(definitions);
  const world = await worldOf(options, systemClock.nowMs());
  const wanted = chosen(linked.desired, options.application);
  const applications = await Promise.all(wanted.map((application) => planned(application, linked, world)));
  const body: PlanDocument = { revision: definitions.revision, applications, problems: linked.problems };
  await show(terminal, options.output === 'text' ? 'table' : options.output, {
    body,
    text: (document, shape) => (document.applications.length === 0 ? 'No applications.' : document.applications.map((one) => stepsText(one, shape)).join('\n\n')),
    names: () => [],
  });
  const counts = countProblems(linked.problems);
  if (counts.error + counts.warning > 0) terminal.say(`${countsText(counts)} (stratos validate shows them)`);
  if (counts.error > 0) process.exitCode = exitCodes.notGood;
}

function worldOf({ world, against, tenant }: PlanOptions, nowMs: number): Promise<World> | World {
  if (world !== undefined) return readWorldFile(world, nowMs);
  return against === undefined ? { nowMs, members: [] } : readRunningWorld({ url: against, tenant }, nowMs);
}

function chosen({ applications }: Desired, name: string | undefined): readonly DesiredApplication[] {
  if (name === undefined) return [...applications.values()];
  const found = applications.get(applicationId({ tenant: filesTenant, name }));
  if (found !== undefined) return [found];
  const near = nearest(name, [...applications.values()].map((application) => application.name));
  throw new Failure(exitCodes.notFound, `The definitions hold no application ${JSON.stringify(name)} without errors${near === null ? '' : `; did you mean ${near}?`}`);
}

async function planned(application: DesiredApplication, linked: Linked, world: World): Promise<PlannedApplication> {
  const { desired } = linked;
  const { revision } = application.origin;
  const found: Preview = preview({
    id: application.id, revision, application, withdrawn: false, removalsHeldBy: null, withdrawnTogether: [], tenantMembersElsewhere: 0,
    tenant: desired.tenants.get(application.tenant) ?? null, approvals: desired.approvals, observed: observedOf(world, application), memory: emptyMemory,
  });
  const [{ presentPlan }, { becausePresenter }] = await Promise.all([import('../../reconciler/server/present/plan.ts'), import('../../reconciler/server/present/because.ts')]);
  const showBecause = becausePresenter({ position: async (origin) => linked.positionOf(origin) });
  const steps = await Promise.all(found.steps.map(async (step) => {
    const { actions, holds } = await presentPlan({ application: application.id, revision, observedAtMs: world.nowMs, ...step }, showBecause);
    return { actions, holds };
  }));
  return { application: application.name, settled: found.settled, steps };
}
