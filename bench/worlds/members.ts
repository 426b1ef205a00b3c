/**
 * A platform at rest: applications with members that all run, report, and are what they should be. One application is
 * brought up by the planner itself; the others are copies of it under their own names, and each is told once more what to
 * be, because what a member is told holds the names of its peers.
 */

import type { ApplicationId, MemberId, NetworkPartitionName } from '../../schemas/ids.ts';
import { networkPartitionName, providerName, sourceName, tenantName } from '../../schemas/ids.ts';
import { createIdentity } from '../../agent/transports/keys.ts';
import { systemClock } from '../../reconciler/clock.ts';
import type { Artifacts } from '../../reconciler/contracts/artifacts.ts';
import type { Intent } from '../../reconciler/contracts/store.ts';
import { link } from '../../reconciler/desired/link/link.ts';
import { nothingRemembered } from '../../reconciler/desired/link/input.ts';
import { parseFile } from '../../reconciler/desired/parse/file.ts';
import type { Desired, DesiredApplication } from '../../reconciler/model/desired.ts';
import type { Memory } from '../../reconciler/model/memory.ts';
import type { Observed, ObservedMember, ReceivedReport } from '../../reconciler/model/observed.ts';
import { Reports } from '../../reconciler/observed/reports.ts';
import { carryOut } from '../../reconciler/plan/preview.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { createState, type State } from '../../reconciler/state.ts';
import { artifactOf, nowMs, unstarted } from './plan-input.ts';

export interface Size {
  readonly applications: number;
  readonly members: number;
}

/** Reports that need no message to arrive. */
export class KnownReports extends Reports {
  readonly known = new Map<MemberId, ReceivedReport>();
  override of(member: MemberId): ReceivedReport | null {
    return this.known.get(member) ?? null;
  }
}

export interface PlatformAtRest {
  readonly state: State;
  readonly reports: KnownReports;
  readonly artifacts: Artifacts;
  readonly ids: readonly ApplicationId[];
}

const local: NetworkPartitionName = networkPartitionName('local');
const nameOf = (index: number): string => `app-${String(index).padStart(5, '0')}`;

export function platformAtRest(size: Size): PlatformAtRest {
  return platformOf(size, true);
}

/** The same members and reports, of whom nobody has decided that nothing is left to tell them: enough to walk over, and sooner made. */
export function platformToWalk(size: Size): PlatformAtRest {
  return platformOf(size, false);
}

function platformOf(size: Size, told: boolean): PlatformAtRest {
  const desired = linked(size);
  const ids = [...desired.applications.keys()];
  const [first] = desired.applications.values();
  const model = broughtUp(first!);
  const text = JSON.stringify({ members: [...model.observed.members.values()].map(withoutSettings), memory: model.memory });
  const reports = new KnownReports({ identity: createIdentity(), clock: systemClock, isMember: () => true, onNews: () => undefined });
  const state = createState({ providers: new Map(), reports });
  Object.assign(state, { desired, epoch: 1, hearingSinceMs: nowMs - 3_600_000, notReady: null } satisfies Partial<State>);
  ids.forEach((id, index) => {
    const copy = JSON.parse(text.replaceAll(nameOf(0), nameOf(index))) as Copy;
    settle(state, reports, desired.applications.get(id)!, told ? tellAgain(desired.applications.get(id)!, copy) : copy);
  });
  return { state, reports, ids, artifacts: { observe: artifactOf } as Partial<Artifacts> as Artifacts };
}

interface Copy {
  readonly members: readonly ObservedMember[];
  readonly memory: Memory;
}

/** Its members once they have seen what the names of their peers change in their wishes. */
function tellAgain(application: DesiredApplication, copy: Copy): Copy {
  const input = unstarted(application);
  const observed: Observed = { ...input.observed, members: new Map(copy.members.map((member) => [member.id, withSettings(member, application)])) };
  const told = plan({ ...input, observed, memory: copy.memory });
  return { members: [...carryOut(observed, told.plan.actions).members.values()], memory: told.memory };
}

function settle(state: State, reports: KnownReports, application: DesiredApplication, copy: Copy): void {
  const members = copy.members.map((member) => withSettings(member, application));
  state.memories.set(application.id, copy.memory);
  state.inventory.take(providerName('local'), {
    complete: false, asOfMs: nowMs, failure: null,
    items: members.map((member) => ({
      member: member.id, state: 'running', instance: member.id, detail: '',
      tags: {
        installation: 'stratos-bench' as never, tenant: application.tenant, application: application.id, cluster: member.cluster, slot: member.slot,
        incarnation: member.incarnation, partition: member.partition, launchDigest: member.launchDigest, epoch: 1, launchedAtMs: member.launchedAtMs,
      },
    })),
  });
  for (const member of members) {
    const intent: Intent = { launch: member.launch!, attempts: 1, started: true, lastError: null, nextAtMs: nowMs };
    state.intents.set(member.id, intent);
    if (member.report) reports.known.set(member.id, { ...member.report, receivedAtMs: nowMs });
  }
}

/** Launch settings are those of the definition: one object for all members of a cluster, as while the platform runs. */
function withoutSettings(member: ObservedMember): unknown {
  return { ...member, launch: { ...member.launch, settings: null } };
}

function withSettings(member: ObservedMember, application: DesiredApplication): ObservedMember {
  const alias = member.cluster.split('/').at(-1);
  const partitions = application.root.clusters.find((cluster) => cluster.alias === alias)?.placements.get(local)?.partitions;
  const settings = partitions?.find((partition) => partition.id === member.partition)?.launch;
  if (!settings) throw new Error(`${member.id} stands nowhere`);
  return { ...member, launch: { ...member.launch!, settings } };
}

function broughtUp(application: DesiredApplication): { readonly observed: Observed; readonly memory: Memory } {
  const input = unstarted(application);
  let { observed, memory } = input;
  for (let step = 0; step < 50; step += 1) {
    const decision = plan({ ...input, observed, memory });
    ({ memory } = decision);
    if (decision.plan.actions.length === 0) return { observed: { ...observed, nowMs }, memory };
    observed = carryOut(observed, decision.plan.actions);
  }
  throw new Error(`${application.id} does not come to rest`);
}

function linked({ applications, members }: Size): Desired {
  const files = new Map([['platform.yaml', parse(platform(members))]]);
  for (let index = 0; index < applications; index += 1) files.set(`${nameOf(index)}.yaml`, parse(applicationOf(nameOf(index), members)));
  const source = { name: sourceName('definitions'), scope: 'platform' as const, tenant: tenantName('default'), revision: 'c'.repeat(40), files, unreadable: new Map(), removalsHeldBy: null };
  const { desired, problems } = link({ platformTenant: tenantName('default'), sources: [source], lastGood: nothingRemembered }, null);
  if (problems.length > 0) throw new Error(problems[0]!.message);
  return desired;
}

const parse = (text: string): ReturnType<typeof parseFile> => parseFile(new TextEncoder().encode(text));

const platform = (members: number): string => `apiVersion: stratos/v1
kind: NetworkPartition
metadata: {name: local}
spec: {provider: local, partitions: [{name: left}, {name: right}]}
---
apiVersion: stratos/v1
kind: DeploymentPolicy
metadata: {name: both}
spec: {networkPartitions: {local: {algorithm: round-robin, partitions: [{name: left, max: ${members}}, {name: right, max: ${members}}]}}}
${['framework', 'load-balancer'].map((category) => `---
apiVersion: stratos/v1
kind: Cartridge
metadata: {name: ${category}}
spec:
  category: ${category}
  portMapping: {http: {protocol: http, port: 8080}}
  metadataKeys: [url]
  extensions: {start: bin/start}
  iaasProvider: {local: {image: node}}
`).join('')}`;

/** One balancer, a tenth of the members behind the rest, and the rest behind the balancer. */
function applicationOf(name: string, members: number): string {
  const api = Math.max(1, Math.floor(members / 10));
  const web = members - api - 1;
  const cluster = (alias: string, count: number, more: string): string =>
    `      ${alias}: {type: ${alias === 'lb' ? 'load-balancer' : 'framework'}, min: ${count}, max: ${count}, artifactRepository: {url: artifacts/${alias}.git}${more}}\n`;
  return `apiVersion: stratos/v1
kind: Application
metadata: {name: ${name}}
spec:
  deploymentPolicy: both
  components:
    cartridges:
${cluster('api', api, '')}${cluster('web', web, ', imports: {API_URL: api.url}, loadBalancer: lb')}${cluster('lb', 1, '')}`;
}
