/** An application as the API shows it, and the tree below it. */

import type {
  Application as ShownApplication, ApplicationSummary, Cluster as ShownCluster, Group as ShownGroup, Instance as ShownInstance, Member as ShownMember,
} from '../../../schemas/api/bodies.generated.ts';
import type { ApplicationStatus, ClusterStatus, GroupStatus, InstanceStatus, MemberView } from '../../model/status.ts';

export function presentSummary(application: ApplicationStatus): ApplicationSummary {
  const { name, tenant, status, revision, members } = application;
  return { name, tenant, status, revision, members: { wanted: members.wanted, active: members.active } };
}

export function presentApplication(application: ApplicationStatus): ShownApplication {
  return { ...presentSummary(application), instances: application.instances.map(presentInstance) };
}

function presentInstance(instance: InstanceStatus): ShownInstance {
  const { networkPartition, status, groups, clusters } = instance;
  return { networkPartition, status, groups: groups.map(presentGroup), clusters: clusters.map(presentCluster) };
}

function presentGroup(group: GroupStatus): ShownGroup {
  const { alias, path, ordinal, status, groups, clusters } = group;
  return { alias, path, ordinal, status, groups: groups.map(presentGroup), clusters: clusters.map(presentCluster) };
}

function presentCluster(cluster: ClusterStatus): ShownCluster {
  const { id, alias, cartridge, status, min, max, members } = cluster;
  return { id, alias, cartridge, status, min, max, members: members.map(presentMember) };
}

function presentMember(member: MemberView): ShownMember {
  const { id, slot, incarnation, status, serving, partition, endpoints, artifacts, since, remark } = member;
  return {
    id, slot, incarnation, status, serving, partition,
    endpoints: endpoints.map(({ port, url }) => ({ port, url })),
    artifacts: artifacts.map(({ repository, commit }) => ({ repository, commit })),
    since, remark,
  };
}
