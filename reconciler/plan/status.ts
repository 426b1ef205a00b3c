/** Folds what was desired and observed into what is shown. Done once, at the end of a pass. */

import type { ClusterId, NetworkPartitionName } from '../../schemas/ids.ts';
import type { DesiredComponent, DesiredGroup } from '../model/desired.ts';
import type { ApplicationStatus, ClusterStatus, ComponentStatus, GroupStatus, InstanceStatus, MemberView } from '../model/status.ts';
import type { Memory } from '../model/memory.ts';
import { homeNetworkPartitions, pathOf, type ClusterPlace } from './layout.ts';
import { isActive, type Seat } from './seats.ts';
import { situate, type PlanInput, type Situation } from './situation.ts';
import { requiredByCluster } from './required.ts';

export function status(input: PlanInput): ApplicationStatus {
  const situation = situate(input);
  const wanted = [...requiredByCluster(situation).values()].reduce((sum, count) => sum + count, 0);
  const active = [...situation.seats.values()].flat().filter(isActive).length;
  const known = situation.application;
  const instances = known ? homeNetworkPartitions(known).map((name) => instanceStatus(situation, known.root, name)) : orphaned(situation);
  const [tenant, name] = input.id.split('/');
  return {
    id: input.id, name: name ?? input.id, tenant: (tenant ?? '') as ApplicationStatus['tenant'],
    status: situation.leaving && [...situation.seats.values()].flat().length > 0 ? 'Terminating' : fold(instances.map((instance) => instance.status)),
    revision: input.revision, members: { wanted, active }, instances,
  };
}

function instanceStatus(situation: Situation, root: DesiredComponent, networkPartition: NetworkPartitionName): InstanceStatus {
  const { groups, clusters } = below(situation, root, [], networkPartition);
  return { networkPartition, status: fold([...groups, ...clusters].map((child) => child.status)), groups, clusters };
}

function below(situation: Situation, component: DesiredComponent, steps: readonly string[], networkPartition: NetworkPartitionName): { groups: GroupStatus[]; clusters: ClusterStatus[] } {
  const clusters = component.clusters.flatMap((cluster) => {
    const id = [situation.id, networkPartition, ...steps, cluster.alias].join('/') as ClusterId;
    const place = situation.placeOf.get(id);
    return place ? [clusterStatus(situation, place)] : [];
  });
  const groups = component.groups.flatMap((group) =>
    Array.from({ length: group.min }, (_, ordinal) => groupStatus(situation, group, ordinal, steps, networkPartition)));
  return { groups, clusters };
}

function groupStatus(situation: Situation, group: DesiredGroup, ordinal: number, steps: readonly string[], networkPartition: NetworkPartitionName): GroupStatus {
  const { groups, clusters } = below(situation, group, [...steps, `${group.alias}.${ordinal}`], networkPartition);
  return { alias: group.alias, path: group.path, ordinal, status: fold([...groups, ...clusters].map((child) => child.status)), groups, clusters };
}

function clusterStatus(situation: Situation, place: ClusterPlace): ClusterStatus {
  const seats = situation.seats.get(place.id) ?? [];
  const { alias, cartridge, min, max } = place.cluster;
  return { id: place.id, alias, cartridge: cartridge.name, status: statusOf(situation, place.id, seats, min), min, max, members: seats.map(view) };
}

function statusOf(situation: Situation, id: ClusterId, seats: readonly Seat[], min: number): ComponentStatus {
  if (situation.leaving && seats.length > 0) return 'Terminating';
  // A member that we took out ourselves counts until it is gone.
  if (seats.filter((seat) => seat.standing === 'active').length >= min && min > 0) return 'Active';
  if (!wasActive(situation.memory, id)) return 'Created';
  return seats.length > 0 && seats.every((seat) => isGrowing(situation.memory, seat)) ? 'Active' : 'Inactive';
}

/** More are wanted than before, and nobody was lost: what serves goes on serving. */
const isGrowing = (memory: Memory, { standing, member }: Seat): boolean =>
  standing === 'active' || (standing === 'coming' && (memory.slots[`${member.cluster}#${member.slot}`]?.failures ?? 0) === 0);

const wasActive = (memory: Memory, id: ClusterId): boolean => memory.activated.includes(id);

/** A component is Active when all of it is; Inactive when any of it is; else it has not been up yet. */
function fold(statuses: readonly ComponentStatus[]): ComponentStatus {
  if (statuses.length === 0) return 'Created';
  if (statuses.every((one) => one === 'Active')) return 'Active';
  if (statuses.some((one) => one === 'Terminating')) return 'Terminating';
  return statuses.some((one) => one === 'Inactive') ? 'Inactive' : 'Created';
}

function orphaned(situation: Situation): readonly InstanceStatus[] {
  const clusters = [...situation.seats].map(([id, seats]): ClusterStatus => ({
    id, alias: pathOf(id), cartridge: seats[0]?.member.launch?.settings.cartridge ?? '', status: 'Terminating', min: 0, max: 0, members: seats.map(view),
  }));
  return clusters.length === 0 ? [] : [{ networkPartition: '' as NetworkPartitionName, status: 'Terminating', groups: [], clusters }];
}

function view(seat: Seat): MemberView {
  const { member } = seat;
  const report = member.report;
  return {
    id: member.id, slot: member.slot, incarnation: member.incarnation, partition: member.partition,
    status: member.presence === 'gone' ? 'terminated' : report?.status ?? 'created',
    serving: seat.draining ? 'no(draining)' : report?.serving ?? 'no(starting)',
    endpoints: (report?.endpoints ?? []).map(({ port, url }) => ({ port, url })),
    artifacts: (report?.artifacts ?? []).map(({ repository, commit }) => ({ repository, commit })),
    since: instant(member.launchedAtMs),
    remark: remark(seat),
  };
}

function remark(seat: Seat): string {
  if (seat.standing === 'lost') return 'silent';
  if (seat.standing === 'failed') return 'its provider says that it failed';
  if (seat.member.attempts?.lastError) return seat.member.attempts.lastError;
  return seat.member.report?.remark ?? '';
}

const instant = (ms: number): string => new Date(ms).toISOString();
