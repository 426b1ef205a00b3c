/** Who may start now, and who may leave: dependents start after, and leave before, what they depend on. */

import type { ClusterId } from '../../schemas/ids.ts';
import type { ClusterPlace } from './layout.ts';
import { seatsIn, type Situation } from './situation.ts';

export interface Waiting {
  readonly cluster: ClusterId;
  readonly active: number;
  readonly needed: number;
}

/** The predecessors that are not Active yet; empty when the cluster may start. Members that we took out ourselves count until they are gone. */
export function waitsFor(situation: Situation, place: ClusterPlace, required: ReadonlyMap<ClusterId, number>): readonly Waiting[] {
  return place.startsAfter.flatMap((cluster) => {
    const before = situation.placeOf.get(cluster);
    const needed = Math.min(before?.cluster.min ?? 0, required.get(cluster) ?? 0);
    const active = seatsIn(situation, cluster).filter((seat) => seat.standing === 'active').length;
    return active >= needed ? [] : [{ cluster, active, needed }];
  });
}

/** Clusters that still have members and may not lose their last before this one does: those that started after it. */
export function stillNeededBy(situation: Situation, cluster: ClusterId): readonly ClusterId[] {
  const after = [...situation.seats.keys()].filter((other) => predecessors(situation, other).includes(cluster));
  return after.filter((other) => seatsIn(situation, other).some((seat) => seat.standing !== 'gone'));
}

function predecessors(situation: Situation, cluster: ClusterId): readonly ClusterId[] {
  return situation.placeOf.get(cluster)?.startsAfter ?? situation.memory.clusters[cluster]?.startsAfter ?? [];
}
