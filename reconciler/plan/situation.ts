/** Everything that the planner's questions read, gathered once: values only, changed by nobody. */

import type { ApplicationId, ClusterId } from '../../schemas/ids.ts';
import type { Approval, DesiredApplication, DesiredTenant } from '../model/desired.ts';
import type { Memory } from '../model/memory.ts';
import type { Observed } from '../model/observed.ts';
import { layout, type ClusterPlace } from './layout.ts';
import { isLive, seatsByCluster, type Seat } from './seats.ts';

export interface PlanInput {
  readonly id: ApplicationId;
  readonly revision: string;
  /** As it is wanted, or as it was last known when it is no longer wanted; null when nothing is known of it. */
  readonly application: DesiredApplication | null;
  /** The definitions no longer name it. */
  readonly withdrawn: boolean;
  /** Why what the definitions no longer name may not be removed yet; null when it may. */
  readonly removalsHeldBy: string | null;
  /** Applications, this one included, that are no longer named and whose removal has not begun; empty while this one is named. */
  readonly withdrawnTogether: readonly ApplicationId[];
  readonly tenant: DesiredTenant | null;
  /** Members of the tenant's other applications: what its quota is already spent on. */
  readonly tenantMembersElsewhere: number;
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly observed: Observed;
  readonly memory: Memory;
}

export interface Situation extends PlanInput {
  readonly places: readonly ClusterPlace[];
  readonly placeOf: ReadonlyMap<ClusterId, ClusterPlace>;
  readonly seats: ReadonlyMap<ClusterId, readonly Seat[]>;
  /** True: nothing of it is wanted any more. */
  readonly leaving: boolean;
}

export function situate(input: PlanInput): Situation {
  // What may not be removed yet is kept as it was last wanted, healing included.
  const kept = input.withdrawn && input.removalsHeldBy !== null && !input.memory.withdrawal;
  const leaving = (input.withdrawn && !kept) || !input.application?.deployed;
  const places = input.application ? layout(input.application) : [];
  const placeOf = new Map(places.map((place) => [place.id, place]));
  return { ...input, places, placeOf, leaving, seats: seatsByCluster(input.observed, input.memory, places) };
}

export const seatsIn = (situation: Situation, cluster: ClusterId): readonly Seat[] => situation.seats.get(cluster) ?? [];
export const liveIn = (situation: Situation, cluster: ClusterId): readonly Seat[] => seatsIn(situation, cluster).filter(isLive);
