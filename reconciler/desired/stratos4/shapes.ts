/** Old documents do not say what they are: each is known by keys that no other kind has. */

import { editDistance } from '../../../schemas/nearest.ts';
import type { Node, Notes } from './notes.ts';
import { isKeys } from './reader.ts';
import type { Translation } from './translation.ts';
import { application } from './kinds/application.ts';
import { applicationPolicy } from './kinds/application-policy.ts';
import { autoscalingPolicy } from './kinds/autoscaling-policy.ts';
import { cartridge } from './kinds/cartridge.ts';
import { cartridgeGroup } from './kinds/cartridge-group.ts';
import { deploymentPolicy } from './kinds/deployment-policy.ts';
import { kubernetesCluster } from './kinds/kubernetes-cluster.ts';
import { networkPartition } from './kinds/network-partition.ts';
import { applicationSignUp, domainMappings } from './kinds/sign-up.ts';
import { tenant } from './kinds/tenant.ts';

type Keys = Readonly<Record<string, unknown>>;
type Read = (node: Node, notes: Notes) => readonly Translation[];

interface Shape {
  /** What a person would call it. */
  readonly name: string;
  readonly fits: (keys: Keys) => boolean;
  readonly read: Read;
}

const one = (read: (node: Node, notes: Notes) => Translation | null): Read => (node, notes) => {
  const translation = read(node, notes);
  return translation === null ? [] : [translation];
};

/** The first that fits counts. */
const shapes: readonly Shape[] = [
  { name: 'an application', fits: (keys) => has(keys, 'applicationId', 'components') || (has(keys, 'applicationId') && !hasExactly(keys, 'artifactRepositories') && !hasExactly(keys, 'domainMappings')) || (has(keys, 'components') && holdsKeys(keys['components'])), read: one(application) },
  { name: 'a Kubernetes cluster', fits: (keys) => has(keys, 'kubernetesMaster') || (has(keys, 'clusterId') && has(keys, 'portRange')), read: one(kubernetesCluster) },
  { name: 'an autoscaling policy', fits: (keys) => has(keys, 'loadThresholds'), read: one(autoscalingPolicy) },
  { name: 'an application policy', fits: (keys) => has(keys, 'networkPartitions') && (has(keys, 'algorithm') || hasTexts(keys['networkPartitions'])), read: one(applicationPolicy) },
  { name: 'a deployment policy', fits: (keys) => has(keys, 'networkPartitions') && has(keys, 'id'), read: one(deploymentPolicy) },
  { name: 'a network partition', fits: (keys) => hasExactly(keys, 'partitions') && hasKeysIn(keys['partitions']) && (has(keys, 'id') || has(keys, 'provider')), read: one(networkPartition) },
  { name: 'a cartridge', fits: (keys) => has(keys, 'iaasProvider') || (hasExactly(keys, 'type') && (has(keys, 'portMapping') || (has(keys, 'category') && has(keys, 'host')))), read: one(cartridge) },
  { name: 'sign-ups', fits: (keys) => has(keys, 'artifactRepositories'), read: applicationSignUp },
  { name: 'domain mappings', fits: (keys) => has(keys, 'domainMappings'), read: domainMappings },
  { name: 'a tenant', fits: (keys) => has(keys, 'tenantDomain') && (has(keys, 'adminPassword') || has(keys, 'admin') || has(keys, 'email') || has(keys, 'active')), read: one(tenant) },
  { name: 'a cartridge group', fits: (keys) => has(keys, 'name') && !has(keys, 'type') && (hasTexts(keys['cartridges']) || hasKeysIn(keys['groups'])), read: one(cartridgeGroup) },
];

/** How an old document is read; null when the value has no old shape. */
export function shapeOf(value: unknown): Shape | null {
  if (!isKeys(value)) return null;
  return shapes.find(({ fits }) => fits(value)) ?? null;
}

/** A user of the old server: a person, and no definition. */
export function isUser(value: unknown): boolean {
  return isKeys(value) && hasExactly(value, 'userName') && hasExactly(value, 'credential');
}

function hasExactly(keys: Keys, key: string): boolean {
  return Object.hasOwn(keys, key) && keys[key] !== null;
}

/** All of them, where a long key may have been mistyped: what was meant for us must not be taken for somebody else's. */
function has(keys: Keys, ...wanted: readonly string[]): boolean {
  const names = Object.keys(keys).slice(0, 100);
  return wanted.every((key) => hasExactly(keys, key) || (key.length >= 8 && names.some((name) => name.length >= 8 && editDistance(name, key) <= 2)));
}

const holdsKeys = (value: unknown): boolean => isKeys(value) && ['cartridges', 'groups'].some((key) => Array.isArray(value[key]));
const hasTexts = (value: unknown): boolean => Array.isArray(value) && value.some((item) => typeof item === 'string');
const hasKeysIn = (value: unknown): boolean => Array.isArray(value) && value.some(isKeys);
