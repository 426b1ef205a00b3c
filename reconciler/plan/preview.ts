/**
 * The steps that a commit would take: the planner iterated over an optimistic world, in which every action succeeds
 * and every agent does at once what it is told.
 */

import type { MemberId } from '../../schemas/ids.ts';
import type { Report } from '../../schemas/messages/report.ts';
import type { Memory } from '../model/memory.ts';
import type { Observed, ObservedMember } from '../model/observed.ts';
import type { Action, Hold } from '../model/plan.ts';
import { plan } from './plan.ts';
import type { PlanInput } from './situation.ts';

export interface PreviewStep {
  readonly actions: readonly Action[];
  readonly holds: readonly Hold[];
}

export interface Preview {
  readonly steps: readonly PreviewStep[];
  /** The world at the end. */
  readonly observed: Observed;
  readonly memory: Memory;
  /** False: the steps went on beyond the limit. */
  readonly settled: boolean;
}

const stepMs = 1_000;

export function preview(input: PlanInput, stepsMax = 200): Preview {
  let { observed, memory } = input;
  const steps: PreviewStep[] = [];
  for (let count = 0; count < stepsMax; count += 1) {
    const decision = plan({ ...input, observed, memory });
    memory = decision.memory;
    if (decision.plan.actions.length === 0 && waitingForTime(memory).length === 0) {
      if (decision.plan.holds.length > 0) steps.push({ actions: [], holds: decision.plan.holds });
      return { steps, observed, memory, settled: true };
    }
    if (decision.plan.actions.length > 0) steps.push({ actions: decision.plan.actions, holds: decision.plan.holds });
    observed = carryOut(observed, decision.plan.actions);
  }
  return { steps, observed, memory, settled: false };
}

const waitingForTime = (memory: Memory): readonly string[] => [...Object.keys(memory.drains), ...Object.keys(memory.updating)];

/** The world a moment later, everything done and everybody heard. */
export function carryOut(observed: Observed, actions: readonly Action[]): Observed {
  const nowMs = observed.nowMs + stepMs;
  const members = new Map(observed.members);
  for (const action of actions) {
    if (action.type === 'start-member') members.set(action.launch.member, booted(action.launch));
    else if (action.type === 'forget-member') members.delete(action.member);
    else {
      const member = members.get(action.member);
      if (member) members.set(action.member, action.type === 'stop-member' ? { ...member, presence: 'gone' } : told(member, action.assignment, nowMs));
    }
  }
  return { ...observed, nowMs, members: heard(members, nowMs) };
}

function booted(launch: Extract<Action, { type: 'start-member' }>['launch']): ObservedMember {
  const { member: id, cluster, slot, incarnation, partition, provider, digest: launchDigest, decidedAtMs: launchedAtMs } = launch;
  return { id, cluster, slot, incarnation, partition, provider, launchDigest, launchedAtMs, presence: 'running', launch, attempts: null, report: null };
}

type Assigned = Extract<Action, { type: 'assign' }>['assignment'];

function told(member: ObservedMember, assignment: Assigned, nowMs: number): ObservedMember {
  const drained = assignment.duty === 'drain';
  const report: Report = {
    member: member.id, hello: false, boots: 1,
    status: drained ? 'ready-to-shut-down' : 'active', serving: drained ? 'no(draining)' : 'yes',
    applied: assignment.generation, seen: assignment.generation,
    artifacts: assignment.artifacts.map(({ repository, commit, digest }) => ({ repository, commit, digest })), refused: [],
    endpoints: (member.launch?.settings.ports ?? []).map(({ name: port, protocol, port: number }) => ({ port, protocol, host: '127.0.0.1', number, url: `${protocol}://127.0.0.1:${number}` })),
    metadata: {}, remark: '',
    health: { requestsInFlight: 0, requestsTotal: 0, requestsFailed: 0, memoryConsumption: 0, loadAverage: 0 },
  };
  return { ...member, report: { ...report, receivedAtMs: nowMs } };
}

function heard(members: ReadonlyMap<MemberId, ObservedMember>, nowMs: number): ReadonlyMap<MemberId, ObservedMember> {
  return new Map([...members].map(([id, member]) => [id, member.report ? { ...member, report: { ...member.report, receivedAtMs: nowMs } } : member]));
}
