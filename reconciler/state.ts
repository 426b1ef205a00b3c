/**
 * What this process knows, in one place: the definitions as linked, the memories and intents as stored, what is observed.
 * Only `main.ts` and what it wires writes here; a pass reads one snapshot of it.
 */

import type { ApplicationId, MemberId, PartitionId, ProviderName } from '../schemas/ids.ts';
import type { Provider } from './contracts/provider.ts';
import type { Intent } from './contracts/store.ts';
import type { Desired, DesiredApplication } from './model/desired.ts';
import type { Memory } from './model/memory.ts';
import type { Plan } from './model/plan.ts';
import type { Problem } from './model/problem.ts';
import type { ApplicationStatus } from './model/status.ts';
import { Intents } from './observed/intents.ts';
import { InventoryWatch } from './observed/inventory.ts';
import { KnownMembers } from './observed/known-members.ts';
import type { Reports } from './observed/reports.ts';

export interface Shown {
  readonly plan: Plan;
  readonly status: ApplicationStatus;
}

export interface State {
  desired: Desired | null;
  problems: readonly Problem[];
  /** Applications as they were last wanted, kept while anything of them is left. */
  readonly lastKnown: Map<ApplicationId, DesiredApplication>;
  readonly memories: Map<ApplicationId, Memory>;
  readonly intents: Map<MemberId, Intent>;
  readonly inventory: InventoryWatch;
  /** The members of both, by application. */
  readonly members: KnownMembers;
  readonly reports: Reports;
  readonly providers: ReadonlyMap<ProviderName, Provider>;
  readonly offerings: Map<PartitionId, { readonly quarantinedUntilMs: number; readonly why: string }>;
  /** Actions that have not landed yet, by member. */
  readonly flights: Map<MemberId, Promise<void>>;
  readonly shown: Map<ApplicationId, Shown>;
  epoch: number;
  hearingSinceMs: number | null;
  /** Why no pass may run yet; null once definitions and inventories have been read. */
  notReady: string | null;
}

export function createState(of: { readonly providers: State['providers']; readonly reports: Reports }): State {
  const members = new KnownMembers();
  return {
    desired: null, problems: [], lastKnown: new Map(), memories: new Map(),
    intents: new Intents(members), inventory: new InventoryWatch(members), members, reports: of.reports,
    providers: of.providers, offerings: new Map(), flights: new Map(), shown: new Map(), epoch: 0, hearingSinceMs: null, notReady: 'starting',
  };
}

/** Applications that are wanted, remembered, or have members. */
export function knownApplications(state: State): ReadonlySet<ApplicationId> {
  return new Set([...(state.desired?.applications.keys() ?? []), ...state.memories.keys(), ...state.members.applications()]);
}

export function isMember(state: State, member: MemberId): boolean {
  return state.intents.has(member) || state.inventory.item(member) !== null;
}

export function applicationOf(state: State, member: MemberId): ApplicationId | null {
  return state.intents.get(member)?.launch.application ?? state.inventory.item(member)?.tags.application ?? null;
}

/** How many members an application has, those asked for among them: what quotas are spent on. */
export function membersOf(state: State, application: ApplicationId): number {
  return state.members.countOf(application);
}
