/** How many members each cluster should have now. */

import type { ClusterId } from '../../schemas/ids.ts';
import type { ClusterPlace } from './layout.ts';
import type { Situation } from './situation.ts';

export function requiredByCluster(situation: Situation): ReadonlyMap<ClusterId, number> {
  return new Map(situation.places.map((place) => [place.id, situation.leaving ? 0 : required(place, situation.observed.nowMs)]));
}

/** The minimum, unless a person has taken the count in hand for a while. Never above the maximum. */
function required(place: ClusterPlace, nowMs: number): number {
  const { min, max, maintenance } = place.cluster;
  const byHand = maintenance && maintenance.untilMs > nowMs ? maintenance.members : null;
  return Math.min(byHand ?? min, max);
}
