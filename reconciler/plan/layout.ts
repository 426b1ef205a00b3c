/**
 * Which clusters there are: the definition's tree, once per network partition in use and once per group instance,
 * with what must be Active before each and who sends it requests.
 */

import { aliasPath, clusterId, type AliasPath, type ClusterId, type NetworkPartitionName } from '../../schemas/ids.ts';
import type { DesiredApplication, DesiredCluster, DesiredComponent, Placement } from '../model/desired.ts';

export interface ClusterPlace {
  readonly id: ClusterId;
  readonly networkPartition: NetworkPartitionName;
  readonly cluster: DesiredCluster;
  readonly placement: Placement;
  /** Clusters that must be Active before this one may start; transitively closed is not needed. */
  readonly startsAfter: readonly ClusterId[];
}

/** The network partitions in use. Bursting to the next group is not decided here. */
export function homeNetworkPartitions(application: DesiredApplication): readonly NetworkPartitionName[] {
  const { algorithm, networkPartitionGroups } = application.placement;
  return algorithm === 'all-at-once' ? networkPartitionGroups.flat() : networkPartitionGroups[0] ?? [];
}

export function layout(application: DesiredApplication): readonly ClusterPlace[] {
  return homeNetworkPartitions(application).flatMap((networkPartition) => {
    const places: ClusterPlace[] = [];
    visit({ application, networkPartition, component: application.root, steps: [], startsAfter: [], places });
    return places;
  });
}

interface Visit {
  readonly application: DesiredApplication;
  readonly networkPartition: NetworkPartitionName;
  readonly component: DesiredComponent;
  readonly steps: readonly string[];
  readonly startsAfter: readonly ClusterId[];
  readonly places: ClusterPlace[];
}

/** Adds the component's clusters, siblings in startup order, so that a predecessor's clusters are known when it is asked for. */
function visit(of: Visit): readonly ClusterId[] {
  const { component, steps, places } = of;
  const below = new Map<string, readonly ClusterId[]>();
  for (const alias of startupOrder(component)) {
    const predecessors = (component.dependencies.startsAfter.get(alias) ?? []).flatMap((name) => below.get(name) ?? []);
    const startsAfter = [...of.startsAfter, ...predecessors];
    const group = component.groups.find((candidate) => candidate.alias === alias);
    if (group) {
      const ordinals = Array.from({ length: group.min }, (_, ordinal) => ordinal);
      below.set(alias, ordinals.flatMap((ordinal) =>
        visit({ ...of, component: group, steps: [...steps, `${alias}.${ordinal}`], startsAfter })));
      continue;
    }
    const cluster = component.clusters.find((candidate) => candidate.alias === alias);
    const placement = cluster?.placements.get(of.networkPartition);
    if (!cluster || !placement) continue;
    const id = clusterId({ application: of.application.id, networkPartition: of.networkPartition, steps: [...steps, alias] });
    places.push({ id, networkPartition: of.networkPartition, cluster, placement, startsAfter });
    below.set(alias, [id]);
  }
  return [...below.values()].flat();
}

/** The children's aliases, every one after its predecessors. The linker has refused cycles. */
export function startupOrder(component: DesiredComponent): readonly string[] {
  const aliases = [...component.clusters, ...component.groups].map((child) => child.alias);
  const ordered: string[] = [];
  const seen = new Set<string>();
  const add = (alias: string): void => {
    if (seen.has(alias)) return;
    seen.add(alias);
    for (const before of component.dependencies.startsAfter.get(alias) ?? []) add(before);
    ordered.push(alias);
  };
  aliases.forEach(add);
  return ordered;
}

/** The clusters under an alias path that this one meets: in its own network partition, else wherever they are. */
export function neighbours(places: readonly ClusterPlace[], of: ClusterPlace, path: AliasPath): readonly ClusterPlace[] {
  const named = places.filter((place) => place.cluster.path === path);
  const here = named.filter((place) => place.networkPartition === of.networkPartition);
  return here.length > 0 ? here : named;
}

/** `shop/local/tiers.0/api` → `tiers/api`: the alias path that a cluster id was made from. */
export function pathOf(id: ClusterId): AliasPath {
  return aliasPath(id.split('/').slice(3).map((step) => step.replace(/\.\d+$/, '')));
}
