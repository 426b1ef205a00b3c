/** One application document → what is desired of it. Pure, and knows nothing of other applications. */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { digestOf, digestOfBytes } from '../../../schemas/digest.ts';
import { applicationId, type Digest } from '../../../schemas/ids.ts';
import type { DesiredApplication } from '../../model/desired.ts';
import { linkApplicationPlacement } from './application-placement.ts';
import { inheritedBelow, linkComponent, type Building } from './component.ts';
import type { Finder, Found } from './finder.ts';
import { below, nearestOf, originOf, type Layer } from './layers.ts';
import { linkMaintenance } from './maintenance.ts';
import type { Memo } from './memo.ts';
import { clusterPaths } from './neighbours.ts';
import { outline, type ComponentNode } from './outline.ts';
import type { Entry } from './registry.ts';
import { specLayers } from './template.ts';

/** What runs an application in the old dialect; a native one runs by being there. */
export type Deployments = readonly Entry[];

/** @returns the application, or null when the finder has blockers. */
export function linkApplication(application: Found<'Application'>, deployments: Deployments, memo: Memo, finder: Finder): DesiredApplication | null {
  finder.look('Tenant', finder.tenant, finder.platformTenant);
  const layers = specLayers(application, finder);
  if (layers === null) return null;
  const place = { entry: application.entry, pointer: '' };
  const written = below(layers, 'components');
  const node = outline(written, [], written[0] ?? place, [], finder);
  const maintenance = linkMaintenance(below(layers, 'maintenance'), node, finder);
  const building: Building = { finder, memo, maintenance, placed: [] };
  const inherited = inheritedBelow(layers, 0, { update: [], autoscalingPolicy: null, deploymentPolicy: null });
  const root = linkComponent(node, inherited, [], building);
  if (clusterPaths(node).length === 0 && finder.blockers.length === 0) finder.warn(place, 'nothing-to-run', 'the application has no cartridges');
  noteUnusedChildPolicies(building, node, application.entry.name);
  const deployment = deploymentOf(application, deployments, finder);
  const placement = linkApplicationPlacement(deployment?.policy ?? nearestOf(layers, 'applicationPolicy'), place, building);
  if (finder.blockers.length > 0 || (placement === null && building.placed.length > 0)) return null;
  const { metadata } = application.value;
  const ownDigest = memo.of([application.value, deployment?.value ?? application.value], 'digest', () => digestOf([application.value, deployment?.value ?? null]));
  return {
    id: applicationId({ tenant: finder.tenant, name: metadata.name }),
    tenant: finder.tenant,
    name: metadata.name,
    origin: originOf(place),
    ownDigest,
    digest: digestOfUses(application, ownDigest, memo, finder),
    deployed: (nearestOf(layers, 'deployed')?.value ?? true) && (application.entry.dialect === 'native' || deployment !== null) && deployment?.deployed !== false,
    paused: reasonOf(metadata.annotations?.['stratos/paused']),
    cordoned: reasonOf(metadata.annotations?.['stratos/cordoned']),
    placement: placement ?? { algorithm: 'one-after-another', networkPartitionGroups: [], origin: originOf(place) },
    root,
    heldBy: [],
  };
}

/** The one ApplicationDeployment that names the application, if any does. */
function deploymentOf(application: Found<'Application'>, entries: Deployments, finder: Finder): { policy: Layer<string> | undefined; deployed: boolean; value: object } | null {
  const found = entries.flatMap((entry) => {
    const deployment = finder.look('ApplicationDeployment', entry.name, finder.tenant);
    return deployment === null || deployment === 'broken' ? [] : [deployment];
  });
  const [first, second] = found;
  if (first === undefined) return null;
  if (second !== undefined) {
    for (const { entry } of found) finder.error({ entry, pointer: '/spec/application' }, 'deployed-twice', `${found.length} documents deploy the application ${JSON.stringify(application.entry.name)}: ${found.map((each) => each.entry.name).join(', ')}`);
  }
  const spec: Layer<typeof first.value.spec> = { entry: first.entry, pointer: '/spec', value: first.value.spec };
  return { policy: nearestOf([spec], 'applicationPolicy'), deployed: spec.value.deployed ?? true, value: first.value };
}

/** A child policy for an alias that is not there does nothing: it is meant for another application, or misspelt. */
function noteUnusedChildPolicies({ placed, finder }: Building, root: ComponentNode, application: string): void {
  if (placed.every(({ attached }) => attached.policy.value.spec.childPolicies === undefined)) return;
  const paths = clusterPaths(root);
  for (const policy of new Set(placed.map(({ attached }) => attached.policy))) {
    const depths = placed.filter(({ attached }) => attached.policy.entry === policy.entry).map(({ cluster, attached }) => cluster.path.split('/').length - attached.below.length);
    for (const child of Object.keys(policy.value.spec.childPolicies ?? {})) {
      const used = paths.some((path) => depths.some((depth) => `${path.slice(depth).join('/')}/`.startsWith(`${child}/`)));
      if (!used) finder.note({ entry: policy.entry, pointer: `/spec/childPolicies/${child.replaceAll('/', '~1')}` }, 'unused-child-policy', `there is no ${JSON.stringify(child)} in the application ${JSON.stringify(application)}`);
    }
  }
}

/**
 * All that an application is comes from the documents that were used, so their digest stands for its own: shared documents are
 * digested once, however many applications use them. Raise the number when the same documents are linked differently.
 */
function digestOfUses({ entry }: Found<'Application'>, ownDigest: Digest, memo: Memo, finder: Finder): Digest {
  const lines = [...finder.used].map(([ref, value]) => `${ref} ${value === null ? '' : memo.of([value], 'content', () => digestOf(value))}`);
  return digestOfBytes(utf8ToBytes(['1', entry.ref, entry.dialect, finder.platformTenant, ownDigest, ...lines].join('\n')));
}

const reasonOf = (reason: string | undefined): { reason: string } | null => (reason === undefined ? null : { reason });
