/* Generated from the schemas by `npm run generate`; change the schemas instead. */

import type { Alias, AliasPath, Name, SecretName } from './naming.generated.ts';
import type { Environment, Persistence, Resources } from './launch.generated.ts';

/** The Git repository whose files the members serve; at most one of branch, tag and commit. */
export interface ArtifactRepository {
  /** https, http or ssh; on a local platform also a path below its repository directory, e.g. `artifacts/web.git`. */
  url: string;
  /** Follow this branch. */
  branch?: string;
  /** Serve what this tag names. */
  tag?: string;
  /** Serve exactly this commit, by its full id. */
  commit?: string;
  /** The folder in the repository; a commit that changes nothing below it restarts nothing. */
  path?: string;
  /** The name of the secret that opens the repository. */
  secret?: SecretName;
}

/** How a new artifact, image or setting reaches the members. */
export interface Update {
  /** `rolling`: a few at a time; `canary`: one first, then as rolling; `all-at-once`: every member together. */
  strategy?: 'rolling' | 'canary' | 'all-at-once';
  /** How many members may be down at once, for any reason. */
  maxUnavailable?: number;
  /** How many members may be started above the wanted number while members are replaced. */
  maxSurge?: number;
  /** Seconds that requests in flight are given to end. */
  drainTimeoutSeconds?: number;
  /** Seconds that one extension may run. */
  extensionTimeoutSeconds?: number;
}

/** Environment variable → what another component publishes, as `alias.key`; the alias is looked up among the siblings first, then outwards. */
export interface Imports {
  /** `alias.key`, or `group/alias.key` for a component inside a group. */
  [k: string]: string;
}

/** How many. */
export type Count = number;

/** One cluster: members of one cartridge. */
export interface CartridgeReference {
  /** The name of a Cartridge; the alias when left out. */
  type?: Name;
  /** Members that always run. */
  min?: Count;
  /** Members that may run; the minimum when left out. */
  max?: Count;
  /** Environment variable → `alias.key` of what another component publishes. */
  imports?: Imports;
  /** Environment variables of the workload. */
  environment?: Environment;
  /** The alias of the load-balancer cluster that sends requests to these members. */
  loadBalancer?: AliasPath;
  /** Where the files come from that the members serve. */
  artifactRepository?: ArtifactRepository;
  /** How changes reach the members. */
  update?: Update;
  /** The name of an AutoscalingPolicy; inherited from the group or application when left out. */
  autoscalingPolicy?: Name;
  /** The name of a DeploymentPolicy; inherited from the group or application when left out. */
  deploymentPolicy?: Name;
  /** Volumes: overrides, by name, of those of the cartridge, and further ones. */
  persistence?: Persistence;
  /** What one member may use, in place of what the cartridge says. */
  resources?: Resources;
}

/** Alias → cartridge. */
export interface Cartridges {
  [k: string]: CartridgeReference;
}

/** A cartridge group by `type`, with overrides by alias; or a group written here. */
export interface GroupReference {
  /** The name of a CartridgeGroup; left out when the group is written here. */
  type?: Name;
  /** Instances of the group that always run. */
  min?: Count;
  /** Instances of the group that may run; the minimum when left out. */
  max?: Count;
  /** Whether the group as a whole scales; when left out, whether the maximum is above the minimum. */
  groupScalingEnabled?: boolean;
  /** Whether each instance of the group lives in one partition. */
  samePartition?: boolean;
  /** How changes reach the members below. */
  update?: Update;
  /** The name of an AutoscalingPolicy for all below that name none. */
  autoscalingPolicy?: Name;
  /** The name of a DeploymentPolicy for all below that name none. */
  deploymentPolicy?: Name;
  /** Alias → cartridge; with `type`, overrides of what the group brings. */
  cartridges?: Cartridges;
  /** Alias → group; with `type`, overrides of what the group brings. */
  groups?: Groups;
  /** How the children depend on each other; with `type`, key by key in place of what the group brings. */
  dependencies?: Dependencies;
}

/** Alias → group. */
export interface Groups {
  [k: string]: GroupReference;
}

/**
 * Each list names siblings by their aliases.
 *
 * @maxItems 256
 */
export type AliasLists = Alias[][];

/** How siblings depend on each other. */
export interface Dependencies {
  /** Each list starts from left to right: a component starts when every one before it is Active. */
  startupOrders?: AliasLists;
  /** Each list scales together, in the ratio of the minima. */
  scalingDependants?: AliasLists;
  /** The other spelling of `scalingDependants`. */
  scalingDependents?: AliasLists;
  /** What a failure takes down with it: nothing, what depends on the failed one, or all siblings. */
  terminationBehaviour?: 'terminate-none' | 'terminate-dependents' | 'terminate-all';
}

/** Cartridges, groups and their dependencies. */
export interface Components {
  /** Alias → cartridge. */
  cartridges?: Cartridges;
  /** Alias → group. */
  groups?: Groups;
  /** How these siblings depend on each other. */
  dependencies?: Dependencies;
}
