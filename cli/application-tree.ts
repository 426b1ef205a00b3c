/** The tree of an application as lists: its clusters and members with the way that leads to each. */

import type { Application, Cluster, Group, Member } from '../schemas/api/bodies.generated.ts';

export interface PlacedCluster {
  readonly application: string;
  readonly networkPartition: string;
  /** Aliases from the application down, group instances with their ordinal: `tiers.0/web`. */
  readonly path: string;
  readonly cluster: Cluster;
}

export function clustersOf(application: Application): readonly PlacedCluster[] {
  return application.instances.flatMap((instance) => below(instance, []).map(({ path, cluster }) => ({
    application: application.name, networkPartition: instance.networkPartition, path, cluster,
  })));
}

type Level = Pick<Group, 'groups' | 'clusters'>;

function below(level: Level, steps: readonly string[]): readonly Pick<PlacedCluster, 'path' | 'cluster'>[] {
  return [
    ...level.clusters.map((cluster) => ({ path: [...steps, cluster.alias].join('/'), cluster })),
    ...level.groups.flatMap((group) => below(group, [...steps, `${group.alias}.${group.ordinal}`])),
  ];
}

/** A member as `get members` lists it. */
export type PlacedMember = Member & { readonly application: string; readonly networkPartition: string; readonly cluster: string };

export function membersOf(application: Application): readonly PlacedMember[] {
  return clustersOf(application).flatMap(({ application: name, networkPartition, path, cluster }) => cluster.members.map(
    (member) => ({ application: name, networkPartition, cluster: path, ...member }),
  ));
}
