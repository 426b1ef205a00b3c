/** One snapshot for one application, made of intents, inventory, reports and artifact heads. Pure: the clock is an argument. */

import type { ApplicationId, MemberId, PartitionId, ProviderName, RepositoryId } from '../../schemas/ids.ts';
import type { InventoryItem } from '../contracts/provider.ts';
import type { Intent } from '../contracts/store.ts';
import type { Observed, ObservedArtifact, ObservedMember, ReceivedReport } from '../model/observed.ts';
import type { Presence, ProviderState } from './inventory.ts';

export interface SnapshotInput {
  readonly application: ApplicationId;
  readonly nowMs: number;
  readonly epoch: number;
  readonly hearingSinceMs: number | null;
  readonly intents: readonly Intent[];
  readonly items: readonly { readonly item: InventoryItem; readonly provider: ProviderName }[];
  readonly presence: (member: MemberId) => Presence;
  readonly report: (member: MemberId) => ReceivedReport | null;
  readonly repositories: readonly RepositoryId[];
  readonly artifact: (repository: RepositoryId) => ObservedArtifact;
  readonly inFlight: (member: MemberId) => boolean;
  readonly offerings: ReadonlyMap<PartitionId, { readonly quarantinedUntilMs: number; readonly why: string }>;
  readonly providers: ReadonlyMap<ProviderName, ProviderState>;
}

export function snapshot(input: SnapshotInput): Observed {
  const members = new Map<MemberId, ObservedMember>();
  for (const intent of input.intents) {
    if (intent.launch.application === input.application) members.set(intent.launch.member, fromIntent(intent, input));
  }
  for (const { item, provider } of input.items) {
    if (item.tags.application === input.application && !members.has(item.member)) members.set(item.member, fromTags(item, provider, input));
  }
  return {
    nowMs: input.nowMs, epoch: input.epoch, hearingSinceMs: input.hearingSinceMs,
    members: new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1))),
    artifacts: new Map(input.repositories.map((repository) => [repository, input.artifact(repository)])),
    inFlight: new Set([...members.keys()].filter(input.inFlight)),
    offerings: input.offerings,
    providers: new Map([...input.providers].map(([name, { complete, asOfMs }]) => [name, { complete, asOfMs }])),
  };
}

function fromIntent({ launch, attempts, lastError, nextAtMs }: Intent, input: SnapshotInput): ObservedMember {
  const { member: id, cluster, slot, incarnation, partition, provider, digest: launchDigest, decidedAtMs: launchedAtMs } = launch;
  const seen = input.presence(id);
  const presence = seen === 'unseen' ? 'asked' : seen;
  return {
    id, cluster, slot, incarnation, partition, provider, launchDigest, launchedAtMs, presence, launch, report: input.report(id),
    attempts: presence === 'asked' ? { count: attempts, lastError: lastError ?? '', nextAtMs } : null,
  };
}

function fromTags(item: InventoryItem, provider: ProviderName, input: SnapshotInput): ObservedMember {
  const { cluster, slot, incarnation, partition, launchDigest, launchedAtMs } = item.tags;
  const seen = input.presence(item.member);
  return {
    id: item.member, cluster, slot, incarnation, partition, provider, launchDigest, launchedAtMs,
    presence: seen === 'unseen' ? 'running' : seen, launch: null, attempts: null, report: input.report(item.member),
  };
}
