/**
 * What an agent keeps over its own restarts, in `state.json` of its member directory, mode 0600.
 * Invariants: the file is replaced as a whole, so it is never half written; `status`, `boots` and `seen` only rise;
 * lists are bounded.
 */

import { open, readFile, rename } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Assignment } from '../schemas/messages/assignment.ts';
import type { Generation } from '../schemas/messages/envelope.ts';
import { memberStatuses, type MemberStatus, type RefusedArtifact, type ReportedArtifact } from '../schemas/messages/report.ts';

export interface Refusal extends RefusedArtifact {
  /** The assignment that asked for it: a newer one may ask again. */
  readonly generation: Generation;
}

export interface AgentState {
  readonly boots: number;
  readonly status: MemberStatus;
  readonly applied: Generation | null;
  /** The newest assignment accepted; its generation is the highest seen. */
  readonly wanted: Assignment | null;
  readonly inForce: readonly ReportedArtifact[];
  readonly refused: readonly Refusal[];
  /** Port name → public port; variable → port of its outlet. They stay the same while the member lives. */
  readonly publicPorts: Readonly<Record<string, number>>;
  readonly outletPorts: Readonly<Record<string, number>>;
  /** Variable → what is spoken through its outlet, as its peers last said. */
  readonly outletProtocols: Readonly<Record<string, Protocol>>;
  /** Variable → the last value that a peer published for it. */
  readonly importedValues: Readonly<Record<string, string>>;
}

export type Protocol = 'http' | 'https' | 'tcp';

export const refusedMax = 16;

export const freshState: AgentState = {
  boots: 0, status: 'created', applied: null, wanted: null, inForce: [], refused: [],
  publicPorts: {}, outletPorts: {}, outletProtocols: {}, importedValues: {},
};

/** The status or the one it has already passed: it never goes back. */
export function forward(from: MemberStatus, to: MemberStatus): MemberStatus {
  return memberStatuses.indexOf(to) > memberStatuses.indexOf(from) ? to : from;
}

export function isPast(status: MemberStatus, mark: MemberStatus): boolean {
  return memberStatuses.indexOf(status) > memberStatuses.indexOf(mark);
}

/** Adds a refusal, the newest last; one per bundle, the oldest dropped beyond `refusedMax`. */
export function withRefusal(refused: readonly Refusal[], refusal: Refusal): readonly Refusal[] {
  const others = refused.filter((one) => one.repository !== refusal.repository || one.commit !== refusal.commit);
  return [...others, refusal].slice(-refusedMax);
}

/**
 * Reads the state, `freshState` when there is none yet.
 * @throws Error when the file is there and cannot be read: an agent that forgot its generation must not run.
 */
export async function readState(memberDirectory: string): Promise<AgentState> {
  let json: string;
  try {
    json = await readFile(joinPath(memberDirectory, 'state.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return freshState;
    throw error;
  }
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || !Number.isInteger((value as AgentState).boots)) throw new Error('state.json is not an agent state');
  return { ...freshState, ...(value as AgentState) };
}

/** Writes the state so that a crash leaves either the old or the new file, then the new one is durable. */
export async function writeState(memberDirectory: string, state: AgentState): Promise<void> {
  const path = joinPath(memberDirectory, 'state.json');
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(state)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
