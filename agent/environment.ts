/**
 * What a workload and its extensions find in their environment. Nothing is inherited from the agent's own.
 * The part that an assignment decides (`wantedEnvironment`) has a digest: another digest restarts the workload. The rest
 * is fixed for a member or a life of the workload.
 */

import { join as joinPath } from 'node:path';
import { digestOf } from '../schemas/digest.ts';
import type { Digest } from '../schemas/ids.ts';
import type { Assignment } from '../schemas/messages/assignment.ts';
import type { AgentConfig } from './config.ts';
import type { JoinConfiguration } from './join.ts';

export type Variables = Readonly<Record<string, string>>;

/** The metadata key under which a member publishes its address: it is taken through an outlet, never as a value. */
export const addressKey = 'url';

/**
 * The variables that an assignment decides: its own, and the imports.
 * An import of `url` is the address of an outlet and stays the same while peers come and go. Any other key is a value
 * that a peer publishes; a changed value is a changed environment and restarts the workload behind the held gate. A
 * value that nobody publishes any more keeps what it was, so that the replacement of a peer restarts nobody.
 */
export function wantedEnvironment(
  assignment: Assignment, outletAddresses: Variables, importedValues: Variables,
): { readonly variables: Variables; readonly digest: Digest } | null {
  const variables: Record<string, string> = { ...assignment.environment };
  for (const [variable, wanted] of Object.entries(assignment.imports)) {
    if (wanted.key !== addressKey) variables[variable] = importedValues[variable] ?? '';
    else if (outletAddresses[variable] === undefined) return null;
    else variables[variable] = outletAddresses[variable];
  }
  return { variables, digest: digestOf(variables) };
}

/** The values that peers publish now for the imports that are not addresses; what nobody publishes keeps its last value. */
export function importedValues(assignment: Assignment, before: Variables): Variables {
  const values: Record<string, string> = {};
  for (const [variable, wanted] of Object.entries(assignment.imports)) {
    if (wanted.key === addressKey) continue;
    const publisher = assignment.peers.find((peer) => peer.cluster === wanted.cluster && peer.metadata[wanted.key] !== undefined);
    const value = publisher?.metadata[wanted.key] ?? before[variable];
    if (value !== undefined) values[variable] = value;
  }
  return values;
}

export interface Places {
  readonly member: string;
  readonly artifacts: string;
  readonly logs: string;
  readonly run: string;
  readonly temporary: string;
  readonly peersFile: string;
  readonly metadataFile: string;
}

export function placesOf(memberDirectory: string): Places {
  const run = joinPath(memberDirectory, 'run');
  return {
    member: memberDirectory,
    artifacts: joinPath(memberDirectory, 'artifacts'),
    logs: joinPath(memberDirectory, 'logs'),
    run,
    temporary: joinPath(memberDirectory, 'tmp'),
    peersFile: joinPath(run, 'peers.json'),
    metadataFile: joinPath(run, 'metadata.json'),
  };
}

/** What is fixed for one life of the workload. */
export interface LifeFacts {
  /** Unique among all lives of this member: by it the life's processes are found again. */
  readonly mark: string;
  /** In the order of the port mapping. */
  readonly ports: readonly { readonly name: string; readonly number: number }[];
  readonly artifactDirectory: string | null;
  readonly commit: string | null;
}

/** The variable by which every process of a workload is found again, also by an agent that did not start it. */
export const markVariable = 'STRATOS_WORKLOAD';

/** The whole environment. What the platform sets wins over what the assignment says. */
export function environmentOf(
  of: { readonly join: JoinConfiguration; readonly config: AgentConfig; readonly places: Places; readonly life: LifeFacts }, wanted: Variables,
): Record<string, string> {
  const { join, config, places, life } = of;
  const environment: Record<string, string> = {
    LANG: config.language,
    ...wanted,
    PATH: config.workloadPath,
    HOME: places.member,
    TMPDIR: places.temporary,
    STRATOS_MEMBER_ID: join.member,
    STRATOS_CLUSTER_ID: join.launch.cluster,
    STRATOS_APPLICATION: join.launch.application,
    STRATOS_PEERS_FILE: places.peersFile,
    STRATOS_METADATA_FILE: places.metadataFile,
    STRATOS_RUN_DIR: places.run,
    [markVariable]: life.mark,
  };
  if (life.artifactDirectory !== null) environment['STRATOS_ARTIFACT_DIR'] = life.artifactDirectory;
  if (life.commit !== null) environment['STRATOS_ARTIFACT_COMMIT'] = life.commit;
  if (join.imageDirectory !== null) environment['STRATOS_IMAGE_DIR'] = join.imageDirectory;
  for (const [index, port] of life.ports.entries()) {
    if (index === 0) environment['PORT'] = String(port.number);
    environment[`STRATOS_PORT_${port.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`] = String(port.number);
  }
  return environment;
}
