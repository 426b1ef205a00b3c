/**
 * Where the next member goes, and which one leaves first: partitions in declared order.
 * Round-robin: up to the least filled with room, first on ties; down from the most filled, last on ties.
 * One-after-another: fill the first, empty the last. (Seed: iterations 1–4 of the composite-application example.)
 */

import type { PartitionId } from '../../schemas/ids.ts';
import type { DesiredPartition, Placement } from '../model/desired.ts';

export type Filling = ReadonlyMap<PartitionId, number>;

/** The partition for one more member; null when none has room. `closed` ones take nobody for now. */
export function placeUp(placement: Placement, filling: Filling, closed: ReadonlySet<PartitionId> = new Set()): DesiredPartition | null {
  const open = placement.partitions.filter(
    (partition) => !closed.has(partition.id) && !partition.cordoned && count(filling, partition.id) < partition.max,
  );
  if (placement.algorithm === 'one-after-another') return open[0] ?? null;
  return open.reduce<DesiredPartition | null>(
    (best, partition) => (best && count(filling, best.id) <= count(filling, partition.id) ? best : partition), null);
}

/** The partition that gives one up; null when all are empty. */
export function placeDown(placement: Placement, filling: Filling): PartitionId | null {
  const filled = placement.partitions.map((partition) => partition.id).filter((id) => count(filling, id) > 0);
  if (placement.algorithm === 'one-after-another') return filled.at(-1) ?? null;
  return filled.reduce<PartitionId | null>(
    (best, id) => (best !== null && count(filling, best) > count(filling, id) ? best : id), null);
}

export function fill(filling: Filling, partition: PartitionId, by: number): Filling {
  return new Map(filling).set(partition, count(filling, partition) + by);
}

export function fillingOf(partitions: Iterable<PartitionId>): Filling {
  const filling = new Map<PartitionId, number>();
  for (const partition of partitions) filling.set(partition, (filling.get(partition) ?? 0) + 1);
  return filling;
}

function count(filling: Filling, partition: PartitionId): number {
  return filling.get(partition) ?? 0;
}
