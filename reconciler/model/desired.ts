/**
 * What the repositories want, with every name already linked: nothing here is looked up again.
 * Invariant: a value of these types is valid; what could not be linked is a Problem, and the application it concerns
 * stands here as it was when it was last good (`heldBy` says why).
 */

import type {
  AliasPath, ApplicationId, Digest, DocumentRef, NetworkPartitionName, PartitionId, ProviderName, RepositoryId, SourceName, TenantName,
} from '../../schemas/ids.ts';
import type { Origin, Problem } from './problem.ts';

export interface Desired {
  readonly sources: ReadonlyMap<SourceName, DesiredSource>;
  readonly applications: ReadonlyMap<ApplicationId, DesiredApplication>;
  /** Which applications a document touches: what a change of it puts on the queue. */
  readonly dependents: ReadonlyMap<DocumentRef, readonly ApplicationId[]>;
  /** Hold id → the approval that releases it. */
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly tenants: ReadonlyMap<TenantName, DesiredTenant>;
}

export interface DesiredSource {
  readonly revision: string;
  /** Null: everything in the source could be read, so what it no longer names may be removed. Else why removals wait. */
  readonly removalsHeldBy: string | null;
}

export interface Approval {
  readonly hold: string;
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly origin: Origin;
}

export interface DesiredTenant {
  readonly name: TenantName;
  /** False: nothing new starts, nothing is removed. */
  readonly active: boolean;
  readonly memberQuota: number | null;
  /** URL prefixes from which its artifacts may come; null: anywhere, for the platform's own tenant. */
  readonly repositories: readonly string[] | null;
}

export interface DesiredApplication {
  readonly id: ApplicationId;
  readonly tenant: TenantName;
  readonly name: string;
  readonly origin: Origin;
  /** Digest of everything below: equal digests mean that nothing changed. */
  readonly digest: Digest;
  /** Digest of the application's own document alone. */
  readonly ownDigest: Digest;
  /** False: read, checked and planned, but not run. */
  readonly deployed: boolean;
  /** Nothing at all is done while this stands. */
  readonly paused: { readonly reason: string } | null;
  /** Nothing new starts while this stands; what runs is kept. */
  readonly cordoned: { readonly reason: string } | null;
  /** The errors that keep it at its last good state; empty when it is what the repository says now. */
  readonly heldBy: readonly Problem[];
  readonly placement: ApplicationPlacement;
  /** The application itself is the outermost component: one instance per network partition in use. */
  readonly root: DesiredComponent;
}

export interface ApplicationPlacement {
  readonly algorithm: 'one-after-another' | 'all-at-once';
  /** Inner list: used together. The first is home, the next ones are for bursting. */
  readonly networkPartitionGroups: readonly (readonly NetworkPartitionName[])[];
  readonly origin: Origin;
}

/** An application or a group: what stands directly below it, and how that hangs together. */
export interface DesiredComponent {
  readonly path: AliasPath;
  readonly clusters: readonly DesiredCluster[];
  readonly groups: readonly DesiredGroup[];
  readonly dependencies: Dependencies;
}

export interface DesiredGroup extends DesiredComponent {
  readonly alias: string;
  readonly type: string | null;
  readonly origin: Origin;
  readonly min: number;
  readonly max: number;
  readonly scaling: boolean;
  readonly samePartition: boolean;
}

export type TerminationBehaviour = 'terminate-none' | 'terminate-dependents' | 'terminate-all';

export interface Dependencies {
  /** Alias → the siblings that must be Active before it may start: direct predecessors, no cycle. */
  readonly startsAfter: ReadonlyMap<string, readonly string[]>;
  readonly scalingDependents: readonly (readonly string[])[];
  readonly terminationBehaviour: TerminationBehaviour;
  readonly origin: Origin;
}

export interface DesiredCluster {
  readonly alias: string;
  readonly path: AliasPath;
  readonly origin: Origin;
  readonly cartridge: DesiredCartridge;
  readonly min: number;
  readonly max: number;
  /** Network partition → where its members may stand there. One that is not listed has no member of this cluster. */
  readonly placements: ReadonlyMap<NetworkPartitionName, Placement>;
  readonly artifact: DesiredArtifact | null;
  readonly update: UpdateStrategy;
  /** The cluster that balances this one: its alias path. */
  readonly loadBalancer: AliasPath | null;
  /** Environment variable → what it takes from a neighbour. */
  readonly imports: ReadonlyMap<string, { readonly cluster: AliasPath; readonly key: string }>;
  readonly environment: ReadonlyMap<string, string>;
  readonly autoscaling: AutoscalingPolicy | null;
  readonly maintenance: Maintenance | null;
}

export interface DesiredCartridge {
  readonly name: string;
  readonly category: 'framework' | 'data' | 'load-balancer';
  readonly ports: readonly { readonly name: string; readonly protocol: 'http' | 'https' | 'tcp'; readonly port: number; readonly proxyPort: number | null }[];
  readonly metadataKeys: readonly string[];
  readonly startTimeoutMs: number;
  readonly origin: Origin;
}

export interface Placement {
  readonly algorithm: 'round-robin' | 'one-after-another';
  readonly partitions: readonly DesiredPartition[];
  readonly origin: Origin;
}

export interface DesiredPartition {
  readonly id: PartitionId;
  readonly provider: ProviderName;
  /** Members of one cluster instance that may stand here. */
  readonly max: number;
  readonly cordoned: { readonly reason: string } | null;
  readonly launch: LaunchSettings;
  /** Digest of `launch`: a member that carries another one is obsolete. */
  readonly launchDigest: Digest;
}

/** Everything about a member that cannot change while it lives. Plain JSON. */
export interface LaunchSettings {
  readonly cartridge: string;
  readonly category: DesiredCartridge['category'];
  /** What the provider starts: an image id, or the name of a local image. */
  readonly image: string | null;
  /** Properties of network partition, partition and the cartridge's section for the provider, the later winning. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly region: string | null;
  readonly zone: string | null;
  readonly ports: DesiredCartridge['ports'];
  readonly baseDir: string | null;
  /** Name of the extension → path inside the artifact, else inside the image. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly health: { readonly port: string; readonly path: string | null; readonly everyMs: number; readonly failures: number } | null;
  readonly timeouts: { readonly startMs: number; readonly drainMs: number; readonly extensionMs: number };
  readonly resources: { readonly cpu: number | null; readonly memoryBytes: number | null };
  readonly metadataKeys: readonly string[];
  /** True: its own artifact must be there before it can start. */
  readonly needsArtifact: boolean;
}

export interface DesiredArtifact {
  readonly repository: RepositoryId;
  readonly tenant: TenantName;
  readonly url: string;
  readonly reference: { readonly kind: 'branch' | 'tag' | 'commit'; readonly name: string };
  /** Folder inside the repository, without slashes at its ends; empty for all of it. */
  readonly path: string;
  readonly secret: string | null;
  readonly origin: Origin;
}

export interface UpdateStrategy {
  readonly strategy: 'rolling' | 'all-at-once' | 'canary';
  /** Members that may be down for any reason, ≥ 1 unless `maxSurge` ≥ 1. */
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  readonly drainTimeoutMs: number;
  readonly extensionTimeoutMs: number;
}

export interface AutoscalingPolicy {
  readonly name: string;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly basis: 'current' | 'minimum';
  readonly origin: Origin;
}

export interface Maintenance {
  readonly members: number | null;
  readonly autoscaling: boolean;
  readonly healing: boolean;
  readonly untilMs: number;
  readonly reason: string;
}
