/** The groups and clusters of an instance or of a group. */

import type { Cluster, Group } from '../../schemas/api/bodies.generated.ts';
import { ClusterBranch } from './cluster-branch.tsx';
import { GroupBranch } from './group-branch.tsx';

export function Place({ place, path }: { readonly place: { readonly groups: readonly Group[]; readonly clusters: readonly Cluster[] }; readonly path: string }) {
  return (
    <ul>
      {place.groups.map((group) => <li key={`${group.alias} ${group.ordinal}`}><GroupBranch group={group} path={path} renderPlace={(inner, below) => <Place place={inner} path={below} />} /></li>)}
      {place.clusters.map((cluster) => <li key={cluster.id}><ClusterBranch cluster={cluster} /></li>)}
    </ul>
  );
}
