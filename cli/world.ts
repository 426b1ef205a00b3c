/**
 * The world that a plan is made for: an empty one, one written down in a file, or the one that a running platform shows.
 * It is fresh and complete, its agents have done what they were told, and every artifact repository can be read.
 */

import { digestOf } from '../schemas/digest.ts';
import { memberId, objectId, type ApplicationId, type MemberId, type RepositoryId } from '../schemas/ids.ts';
import { nearest } from '../schemas/nearest.ts';
import type { MemberStatus, Serving } from '../schemas/messages/report.ts';
import type { DesiredApplication, DesiredComponent, DesiredPartition } from '../reconciler/model/desired.ts';
import type { ObservedArtifact, ObservedMember, Observed } from '../reconciler/model/observed.ts';
import { layout, type ClusterPlace } from '../reconciler/plan/layout.ts';
import { exitCodes, Failure } from './exit.ts';

/** Members of one cluster that are there. */
export interface WorldMember {
  /** `shop` or `tenant/shop`. */
  readonly application: string;
  /** Aliases from the application down, with or without the ordinals of group instances. */
  readonly cluster: string;
  readonly networkPartition?: string;
  /** Which instance of the group, from 0, when the cluster does not say. */
  readonly group?: number;
  /** `p1` or `eu/p1`; the first of the placement unless said. */
  readonly partition?: string;
  readonly count?: number;
  readonly ids?: readonly string[];
  readonly status?: MemberStatus;
  readonly serving?: Serving;
}

export interface World {
  readonly nowMs: number;
  readonly members: readonly WorldMember[];
}

/** What of the world concerns an application. @throws Failure when the world names a cluster or partition that the definitions do not */
export function observedOf(world: World, application: DesiredApplication): Observed {
  const places = layout(application);
  const artifacts = artifactsOf(application.root);
  const taken = new Map<string, number>();
  const members = world.members.filter((member) => isOf(member, application.id)).flatMap((member) => {
    const place = placeOf(member, places, application);
    const ids = member.ids ?? Array.from({ length: member.count ?? 1 }, () => null);
    return ids.map((id) => {
      const slot = taken.get(place.id) ?? 0;
      taken.set(place.id, slot + 1);
      return observedMember({ member, place, slot, id, world, artifacts });
    });
  });
  const providers = new Set(places.flatMap(({ placement }) => placement.partitions.map(({ provider }) => provider)));
  return {
    nowMs: world.nowMs, epoch: 1, hearingSinceMs: 0, offerings: new Map(), inFlight: new Set(), artifacts,
    members: new Map(members.map((member) => [member.id, member])),
    providers: new Map([...providers].map((name) => [name, { complete: true, asOfMs: world.nowMs }])),
  };
}

function isOf(member: WorldMember, id: ApplicationId): boolean {
  return member.application === id || (!member.application.includes('/') && `default/${member.application}` === id);
}

/** The commit and content that stand for whatever each repository holds. */
function artifactsOf(component: DesiredComponent): Map<RepositoryId, ObservedArtifact> {
  const found = new Map<RepositoryId, ObservedArtifact>();
  for (const { artifact } of component.clusters) {
    if (artifact === null) continue;
    const digest = digestOf(artifact.repository);
    const commit = objectId(digest.slice('sha256:'.length, 'sha256:'.length + 40));
    found.set(artifact.repository, { head: { commit, message: '' }, bundle: { commit, digest, bytes: 0 }, failure: null });
  }
  for (const group of component.groups) for (const [repository, artifact] of artifactsOf(group)) found.set(repository, artifact);
  return found;
}

function placeOf(member: WorldMember, places: readonly ClusterPlace[], application: DesiredApplication): ClusterPlace {
  const withOrdinals = ({ id }: ClusterPlace): string => id.split('/').slice(3).join('/');
  const found = places.find((place) => (place.cluster.path === member.cluster || withOrdinals(place) === member.cluster)
    && (member.networkPartition === undefined || place.networkPartition === member.networkPartition)
    && (member.group === undefined || withOrdinals(place).includes(`.${member.group}/`)));
  if (found !== undefined) return found;
  const near = nearest(member.cluster, places.map(({ cluster }) => cluster.path));
  throw new Failure(exitCodes.notFound, `The world has members of ${member.application} ${member.cluster}, which ${application.id} does not have${near === null ? '' : `; did you mean ${near}?`}`, [
    `Clusters: ${[...new Set(places.map(({ cluster }) => cluster.path))].join(', ')}`,
  ]);
}

function partitionOf(member: WorldMember, { placement, networkPartition }: ClusterPlace): DesiredPartition {
  const { partitions } = placement;
  const wanted = member.partition ?? partitions[0]?.id;
  const found = partitions.find(({ id }) => id === wanted || id === `${networkPartition}/${wanted}`);
  if (found !== undefined) return found;
  throw new Failure(exitCodes.notFound, `The world has members in the partition ${wanted}, where ${member.application} ${member.cluster} has no place`, [
    `Partitions: ${partitions.map(({ id }) => id).join(', ')}`,
  ]);
}

function observedMember(of: {
  member: WorldMember; place: ClusterPlace; slot: number; id: string | null; world: World; artifacts: ReadonlyMap<RepositoryId, ObservedArtifact>;
}): ObservedMember {
  const { member, place, slot, world } = of;
  const partition = partitionOf(member, place);
  const id = memberId(of.id ?? `${[place.id.split('/')[1], ...place.cluster.path.split('/')].join('-')}-${slot}-1`);
  return {
    id, cluster: place.id, slot, incarnation: 1, partition: partition.id, provider: partition.provider, launchDigest: partition.launchDigest,
    launchedAtMs: world.nowMs, presence: 'running', launch: null, attempts: null,
    report: { ...reportOf(id, member, place, of.artifacts), receivedAtMs: world.nowMs },
  };
}

function reportOf(id: MemberId, member: WorldMember, { cluster }: ClusterPlace, artifacts: ReadonlyMap<RepositoryId, ObservedArtifact>): Omit<NonNullable<ObservedMember['report']>, 'receivedAtMs'> {
  const status = member.status ?? 'active';
  const bundle = cluster.artifact === null ? null : artifacts.get(cluster.artifact.repository)?.bundle ?? null;
  return {
    member: id, hello: false, boots: 1, status, serving: member.serving ?? (status === 'active' ? 'yes' : 'no(starting)'),
    applied: { epoch: 1, counter: 0 }, seen: { epoch: 1, counter: 0 }, refused: [], metadata: {}, remark: '',
    artifacts: cluster.artifact === null || bundle === null ? [] : [{ repository: cluster.artifact.repository, commit: bundle.commit, digest: bundle.digest }],
    endpoints: cluster.cartridge.ports.map(({ name, protocol, port }) => ({ port: name, protocol, host: 'localhost', number: port, url: `${protocol}://localhost:${port}` })),
    health: { requestsInFlight: 0, requestsTotal: 0, requestsFailed: 0, memoryConsumption: 0, loadAverage: 0 },
  };
}
