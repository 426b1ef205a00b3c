/**
 * One step at a time: from what the agent is and what is wanted of it to the one next operation, or none and why.
 * Pure: time is an argument, nothing is changed. Every question stands once, in the order in which it matters; what
 * serves requests now comes before what is new.
 */

import { compareGenerations, type Generation } from '../schemas/messages/envelope.ts';
import type { AssignedArtifact, Assignment } from '../schemas/messages/assignment.ts';
import type { Digest } from '../schemas/ids.ts';
import type { MemberStatus, ReportedArtifact, Serving } from '../schemas/messages/report.ts';
import { isPast, type Refusal } from './state.ts';

/** What the agent is at one moment. Times are the monotonic clock's. */
export interface Self {
  readonly status: MemberStatus;
  readonly stopping: boolean;
  readonly portsOpen: boolean;
  /** Digests of the environment that the workload has and that is wanted; `wanted` is null until the outlets are open. */
  readonly environment: { readonly running: Digest | null; readonly wanted: Digest | null };
  /** Digests of the peers that everybody here knows of, and that are wanted. */
  readonly peers: { readonly told: Digest | null; readonly wanted: Digest | null };
  readonly needsArtifact: boolean;
  readonly inForce: readonly ReportedArtifact[];
  readonly onDisk: ReadonlySet<Digest>;
  /** The bundle that is on its way: it is fetched while everything else goes on. */
  readonly fetching: Digest | null;
  readonly refused: readonly Refusal[];
  /** `none`: not started by this process yet; `down`: ended by itself; `unhealthy`: runs and fails its checks. */
  readonly workload: 'none' | 'up' | 'unhealthy' | 'down';
  /** When it went down or unhealthy lately, the oldest first. */
  readonly failuresMs: readonly number[];
  readonly applied: Generation | null;
  readonly drainDeadlineMs: number | null;
  /** Since when nothing is in flight; null while something is. */
  readonly quietSinceMs: number | null;
  /** Operations that could not be done lately, by `keyOf`. */
  readonly attempts: ReadonlyMap<string, Attempt>;
}

export interface Attempt {
  readonly times: number;
  readonly notBeforeMs: number;
  readonly why: string;
}

export type Operation =
  | { readonly kind: 'shut-down' }
  | { readonly kind: 'give-up'; readonly why: string }
  | { readonly kind: 'open-ports' }
  | { readonly kind: 'open-outlets' }
  | { readonly kind: 'tell-peers' }
  | { readonly kind: 'fetch'; readonly artifact: AssignedArtifact }
  | { readonly kind: 'start'; readonly artifacts: readonly ReportedArtifact[] }
  | { readonly kind: 'swap'; readonly artifacts: readonly ReportedArtifact[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'begin-drain' }
  | { readonly kind: 'finish-drain' }
  | { readonly kind: 'settle' };

export interface Step {
  readonly operation: Operation | null;
  /** Why nothing more is done although it is wanted; empty when nothing is missing. */
  readonly remark: string;
  /** When to ask again even if nothing happens. */
  readonly askAgainAtMs: number | null;
}

export const quietMs = 300;
/** Becoming quiet is no event: while draining it is looked for. */
const drainPollMs = 100;
export const failureWindowMs = 60_000;
export const healsMax = 3;
/** Wait before the first, second, third restart within the window. */
const healDelaysMs = [0, 500, 1500] as const;

/** The one next operation. */
export function step(self: Self, wanted: Assignment | null, nowMs: number): Step {
  if (self.status === 'terminated') return rest('');
  if (self.stopping) return go(isPast(self.status, 'active') ? { kind: 'shut-down' } : { kind: 'begin-drain' });
  const waits: Step[] = [];
  for (const answer of [ports, draining, outlets, healing, peers, fetching, starting, swapping, settling]) {
    const found = answer(self, wanted, nowMs);
    if (found === 'done') break;
    if (found === null) continue;
    const blocked = found.operation === null ? null : self.attempts.get(keyOf(found.operation));
    if (blocked !== undefined && blocked !== null && blocked.notBeforeMs > nowMs) {
      waits.push(rest(blocked.why, blocked.notBeforeMs));
      // Without open ports nothing else makes sense; any other trouble must not keep the rest from going on.
      if (found.operation?.kind === 'open-ports') break;
      continue;
    }
    if (found.operation !== null) return found;
    waits.push(found);
  }
  const times = waits.flatMap((wait) => wait.askAgainAtMs ?? []);
  return {
    operation: null,
    remark: [...new Set(waits.map((wait) => wait.remark).filter(Boolean))].join('; '),
    askAgainAtMs: times.length === 0 ? null : Math.min(...times),
  };
}

/**
 * Whether a running operation is given up for something that matters more: the loop asks at every event.
 * A notice can be repeated, so any other next step ends it; fetching, starting and swapping end only when what they
 * bring is no longer wanted.
 */
export function abandons(running: Operation, self: Self, wanted: Assignment | null, nowMs: number): boolean {
  if (running.kind === 'shut-down' || running.kind === 'give-up' || running.kind === 'begin-drain') return false;
  if (self.stopping) return true;
  switch (running.kind) {
    case 'start':
    case 'swap':
      return wanted !== null && (wanted.duty === 'drain' || running.artifacts.some((artifact) => isOutdated(artifact, wanted, self)));
    case 'fetch':
      return wanted !== null && !wanted.artifacts.some((artifact) => artifact.digest === running.artifact.digest);
    case 'tell-peers': {
      const next = step(self, wanted, nowMs).operation;
      return next !== null && keyOf(next) !== keyOf(running);
    }
    default:
      return false;
  }
}

/** Names an operation and its subject: under this its failed attempts are counted. */
export function keyOf(operation: Operation): string {
  switch (operation.kind) {
    case 'fetch': return `fetch ${operation.artifact.digest}`;
    case 'start':
    case 'swap': return `${operation.kind} ${operation.artifacts.map((artifact) => artifact.digest).join(' ')}`;
    default: return operation.kind;
  }
}

/** Whether the member takes requests, and if not, why. An updating member still accepts: it answers when it is done. */
export function servingOf(self: Self, running: Operation | null): Serving {
  if (isPast(self.status, 'active')) return 'no(draining)';
  if (self.status !== 'active') return 'no(starting)';
  if (running?.kind === 'swap') return 'no(updating)';
  if (self.workload === 'none') return 'no(starting)';
  return self.workload === 'up' ? 'yes' : 'no(unhealthy)';
}

/** `done`: nothing that stands behind this question matters now. */
type Answer = Step | 'done' | null;

function ports(self: Self, wanted: Assignment | null): Answer {
  if (!self.portsOpen) return go({ kind: 'open-ports' });
  return wanted === null ? 'done' : null;
}

function draining(self: Self, wanted: Assignment | null, nowMs: number): Answer {
  const leaving = isPast(self.status, 'active');
  if (!leaving) return wanted?.duty === 'drain' ? go({ kind: 'begin-drain' }) : null;
  if (self.status === 'ready-to-shut-down') return null;
  const alive = self.workload === 'up' || self.workload === 'unhealthy';
  const quietAtMs = !alive ? nowMs : self.quietSinceMs === null ? Infinity : self.quietSinceMs + quietMs;
  const endMs = Math.min(quietAtMs, self.drainDeadlineMs ?? nowMs);
  return endMs <= nowMs ? go({ kind: 'finish-drain' }) : rest('draining', Math.min(endMs, nowMs + drainPollMs));
}

function outlets(self: Self): Answer {
  return self.environment.wanted === null ? go({ kind: 'open-outlets' }) : null;
}

function peers(self: Self): Answer {
  return self.peers.told === self.peers.wanted ? null : go({ kind: 'tell-peers' });
}

function healing(self: Self, wanted: Assignment | null, nowMs: number): Answer {
  if (isPast(self.status, 'active')) return null;
  if (self.workload !== 'down' && self.workload !== 'unhealthy') return null;
  const recent = self.failuresMs.filter((atMs) => atMs > nowMs - failureWindowMs);
  if (recent.length > healsMax) return go({ kind: 'give-up', why: `the workload failed ${recent.length} times within a minute` });
  if (timesTried(self, { kind: 'heal' }) >= healsMax) return go({ kind: 'give-up', why: `the workload could not be restarted ${healsMax} times in a row` });
  const last = recent.at(-1) ?? nowMs;
  const dueMs = last + (healDelaysMs[recent.length - 1] ?? 0);
  return dueMs <= nowMs ? go({ kind: 'heal' }) : rest('the workload is down and about to be restarted', dueMs);
}

function fetching(self: Self, wanted: Assignment | null): Answer {
  if (wanted === null || isPast(self.status, 'active')) return null;
  if (self.fetching !== null) return rest('fetching an artifact');
  const missing = wanted.artifacts.filter((artifact) => !self.onDisk.has(artifact.digest) && !isRefused(artifact, wanted, self));
  const next = missing.find((artifact) => timesTried(self, { kind: 'fetch', artifact }) === 0) ?? missing[0];
  return next === undefined ? null : go({ kind: 'fetch', artifact: next });
}

function starting(self: Self, wanted: Assignment | null): Answer {
  if (wanted === null || self.workload !== 'none' || isPast(self.status, 'active')) return null;
  const artifacts = attainable(self, wanted);
  if (artifacts === null) {
    const refused = wanted.artifacts.some((artifact) => isRefused(artifact, wanted, self));
    return rest(refused ? 'the assigned artifact was refused and there is no other' : '');
  }
  if (artifacts.length === 0 && self.needsArtifact) return rest('no artifact is assigned, and the member needs one');
  const start: Operation = { kind: 'start', artifacts };
  const restarts = self.status === 'active' && timesTried(self, start) > healsMax;
  return go(restarts ? { kind: 'give-up', why: `the workload could not be started ${healsMax + 1} times in a row` } : start);
}

function swapping(self: Self, wanted: Assignment | null): Answer {
  if (wanted === null || self.workload === 'none' || isPast(self.status, 'active')) return null;
  const artifacts = attainable(self, wanted);
  if (artifacts === null) return null;
  const same = sameArtifacts(artifacts, self.inForce) && self.environment.running === self.environment.wanted;
  return same ? null : go({ kind: 'swap', artifacts });
}

function settling(self: Self, wanted: Assignment | null): Answer {
  if (wanted === null || self.fetching !== null || self.peers.told !== self.peers.wanted) return null;
  const served = self.workload === 'up' && sameArtifacts(wanted.artifacts, self.inForce) && self.environment.running === self.environment.wanted;
  const complete = wanted.duty === 'drain' ? self.status === 'ready-to-shut-down' : self.status === 'active' && served;
  if (!complete) return null;
  return self.applied !== null && compareGenerations(self.applied, wanted.generation) === 0 ? null : go({ kind: 'settle' });
}

/**
 * What could be in force right now: each assigned artifact, or in place of a refused one what stood there before.
 * Null while something must be fetched first, or when there is nothing in place of a refused one.
 */
function attainable(self: Self, wanted: Assignment): readonly ReportedArtifact[] | null {
  const found: ReportedArtifact[] = [];
  for (const artifact of wanted.artifacts) {
    const before = self.inForce.find((one) => one.repository === artifact.repository);
    const choice = isRefused(artifact, wanted, self) ? before : artifact;
    if (choice === undefined || !self.onDisk.has(choice.digest)) return null;
    found.push({ repository: choice.repository, commit: choice.commit, digest: choice.digest });
  }
  return found;
}

function isRefused(artifact: ReportedArtifact, wanted: Assignment, self: Self): boolean {
  return self.refused.some((one) => one.repository === artifact.repository && one.commit === artifact.commit
    && one.digest === artifact.digest && compareGenerations(one.generation, wanted.generation) >= 0);
}

function isOutdated(artifact: ReportedArtifact, wanted: Assignment, self: Self): boolean {
  if (self.inForce.some((one) => one.digest === artifact.digest && one.repository === artifact.repository)) return false;
  return !wanted.artifacts.some((one) => one.repository === artifact.repository && one.digest === artifact.digest && one.commit === artifact.commit);
}

function timesTried(self: Self, operation: Operation): number {
  return self.attempts.get(keyOf(operation))?.times ?? 0;
}

export function sameArtifacts(a: readonly ReportedArtifact[], b: readonly ReportedArtifact[]): boolean {
  return a.length === b.length
    && a.every((one) => b.some((other) => other.repository === one.repository && other.commit === one.commit && other.digest === one.digest));
}

function go(operation: Operation): Step {
  return { operation, remark: '', askAgainAtMs: null };
}

function rest(remark: string, askAgainAtMs: number | null = null): Step {
  return { operation: null, remark, askAgainAtMs };
}
