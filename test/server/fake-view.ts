/** A read model in memory with one application of every shape: what the server is tested against. */

import {
  applicationId, digest, memberId, networkPartitionName, objectId, partitionId, providerName, repositoryId, sourceName, tenantName,
  type AliasPath, type ApplicationId, type ClusterId, type SourceName, type TenantName,
} from '../../schemas/ids.ts';
import type { Clock } from '../../reconciler/contracts/clock.ts';
import type { DefinitionView, LinkView, SourceView, View } from '../../reconciler/contracts/view.ts';
import type { JournalEntry } from '../../reconciler/model/journal.ts';
import type { Because, Plan } from '../../reconciler/model/plan.ts';
import type { Origin, Problem } from '../../reconciler/model/problem.ts';
import type { ApplicationStatus, ClusterStatus } from '../../reconciler/model/status.ts';

export const commit = 'a'.repeat(40);
export const tenant = tenantName('default');
const definitions = sourceName('definitions');
export const origin: Origin = { source: definitions, revision: commit, path: 'shop.yaml', document: 0, pointer: '/spec/components/cartridges/web/min' };
export const because: Because = { rule: 'required/minimum', text: 'web has 2 of 4 members', origin, inputs: { min: 4, active: 2 } };

export function clusterOf(id: ApplicationId, alias: string, members: number): ClusterStatus {
  return {
    id: `${id}/local/tiers.0/${alias}` as ClusterId, alias, cartridge: 'node-http', status: 'Active', min: members, max: 4,
    members: Array.from({ length: members }, (_, slot) => ({
      id: memberId(`shop-${alias}-0-${slot}-5f3a1c9d`), slot, incarnation: 1, status: 'active', serving: 'yes',
      partition: partitionId({ networkPartition: networkPartitionName('local'), partition: 'p1' }),
      endpoints: [{ port: 'http', url: `http://127.0.0.1:${41000 + slot}` }],
      artifacts: [{ repository: repositoryId('r-web'), commit: objectId('b'.repeat(40)) }],
      since: '2026-11-22T00:00:00.000Z', remark: '',
    })),
  };
}

export function applicationNamed(name: string, owner: TenantName = tenant): ApplicationStatus {
  const id = applicationId({ tenant: owner, name });
  return {
    id, name, tenant: owner, status: 'Active', revision: commit, members: { wanted: 6, active: 4 },
    instances: [{
      networkPartition: networkPartitionName('local'), status: 'Active',
      groups: [{ alias: 'tiers', path: 'tiers' as AliasPath, ordinal: 0, status: 'Active', groups: [], clusters: [clusterOf(id, 'api', 2), clusterOf(id, 'web', 2)] }],
      clusters: [clusterOf(id, 'lb', 1)],
    }],
  };
}

export function planOf(id: ApplicationId): Plan {
  const cluster = `${id}/local/tiers.0/web` as ClusterId;
  const member = memberId('shop-web-0-2-5f3a1c9d');
  const provider = providerName('local');
  const launchDigest = digest(`sha256:${'c'.repeat(64)}`);
  return {
    application: id, revision: commit, observedAtMs: 1_795_305_600_000,
    actions: [
      {
        type: 'start-member', because,
        launch: {
          member, tenant, application: id, cluster, slot: 2, incarnation: 1, provider, partition: partitionId({ networkPartition: networkPartitionName('local'), partition: 'p1' }),
          settings: {
            cartridge: 'node-http', category: 'framework', image: null, properties: { password: 'canary-property' }, region: null, zone: null, ports: [], baseDir: null, extensions: {}, health: null,
            timeouts: { startMs: 1, drainMs: 1, extensionMs: 1 }, resources: { cpu: null, memoryBytes: null }, metadataKeys: [], needsArtifact: false,
          },
          digest: launchDigest, epoch: 1, decidedAtMs: 1_795_305_600_000,
        },
      },
      { type: 'stop-member', member, provider, cluster, because: { ...because, origin: null } },
      {
        type: 'assign', member, cluster, because,
        assignment: {
          generation: { epoch: 1, counter: 2 }, peers: [], imports: {}, environment: { TOKEN: 'canary-environment' }, duty: 'serve', timeouts: { drainMs: 1, startMs: 1, extensionMs: 1 },
          artifacts: [{ repository: repositoryId('r-web'), commit: objectId('b'.repeat(40)), digest: launchDigest, bytes: 10 }],
        },
      },
      { type: 'forget-member', member, cluster, because },
    ],
    holds: [
      { id: 'h-3f9ac1', kind: 'waits-for', subject: cluster, because, untilMs: null },
      { id: 'h-3f9ac2', kind: 'paused', subject: null, because, untilMs: 1_795_305_600_000 },
      { id: 'h-3f9ac3', kind: 'quota', subject: 'tiers/api' as AliasPath, because, untilMs: null },
    ],
  };
}

const problem: Problem = {
  severity: 'error', code: 'unknown-reference', message: 'Cartridge "node-htp" does not exist; did you mean "node-http"?', source: definitions, file: 'shop.yaml', line: 12, column: 7, pointer: '/spec', hint: 'Name an existing cartridge.',
};

export class FakeView implements View {
  revision = 1;
  readiness = { ready: true, why: 'all is read' };
  sourceList: SourceView[] = [{
    name: definitions, tenant: null, url: '/repos/definitions.git', branch: 'main', path: '', revision: commit,
    commit: { author: 'Ann <ann@example.com>', message: 'web: four members', atMs: 1_795_305_600_000 }, syncedAtMs: 1_795_305_601_000, failure: null,
  }];
  problemList: Problem[] = [{ ...problem, severity: 'warning', line: null, column: null }, problem];
  linkList: LinkView[] = [{ name: 'local', connected: true, detail: '' }];
  tenantList: TenantName[] = [tenant, tenantName('acme')];
  applicationList: ApplicationStatus[] = [applicationNamed('shop'), applicationNamed('blog'), applicationNamed('wiki', tenantName('acme'))];
  plans = new Map<ApplicationId, Plan>([[applicationId({ tenant, name: 'shop' }), planOf(applicationId({ tenant, name: 'shop' }))]]);
  definitionList: DefinitionView[] = ['web', 'api'].map((name) => ({ kind: 'Cartridge', tenant, name, file: `${name}.yaml`, line: 1, source: definitions, commit, document: { spec: { category: 'framework' } } }));
  entries: JournalEntry[] = [];
  secrets = new Map<string, readonly string[]>([['definitions', ['first secret', 'second secret']], ['open', []]]);
  deliveries = new Set<string>();
  hints: { source: SourceName; repositoryUrl: string | null; reference: string | null }[] = [];
  matches: readonly string[] = ['source definitions'];
  /** How often each was asked for. */
  readonly asked = { positions: 0, applications: 0, journal: 0 };
  readonly #journalListeners = new Set<(entry: JournalEntry) => void>();
  readonly #changeListeners = new Set<() => void>();

  version = (): string => `v${this.revision}`;
  ready = (): { ready: boolean; why: string } => this.readiness;
  sources = (): readonly SourceView[] => this.sourceList;
  problems = (): readonly Problem[] => this.problemList;
  brokers = (): readonly LinkView[] => this.linkList;
  providers = (): readonly LinkView[] => this.linkList;
  tenants = (): readonly TenantName[] => this.tenantList;
  plan = (id: ApplicationId): Plan | null => this.plans.get(id) ?? null;
  application = (id: ApplicationId): ApplicationStatus | null => this.applicationList.find((application) => application.id === id) ?? null;
  definitions = (of: { tenant: TenantName; kind: string }): readonly DefinitionView[] => this.definitionList.filter((item) => item.kind === of.kind && item.tenant === of.tenant);
  metrics = (): Promise<string> => Promise.resolve('# TYPE stratos_up gauge\nstratos_up 1\n');
  lastSequence = (): number => this.entries.at(-1)?.sequence ?? 0;
  webhookSecrets = (source: SourceName): readonly string[] | null => this.secrets.get(source) ?? null;

  applications(of: TenantName): readonly ApplicationStatus[] {
    this.asked.applications += 1;
    return this.applicationList.filter((application) => application.tenant === of);
  }

  position(of: Origin): Promise<{ line: number; column: number } | null> {
    this.asked.positions += 1;
    return of.path === 'broken.yaml' ? Promise.reject(new Error('no such blob')) : Promise.resolve({ line: 34, column: 12 });
  }

  journal(query: { since: number; application?: ApplicationId; limit: number }): Promise<readonly JournalEntry[]> {
    this.asked.journal += 1;
    const found = this.entries.filter((entry) => entry.sequence > query.since && (query.application === undefined || entry.application === query.application));
    return Promise.resolve(found.slice(0, query.limit));
  }

  onJournal(listener: (entry: JournalEntry) => void): () => void {
    this.#journalListeners.add(listener);
    return () => this.#journalListeners.delete(listener);
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  hint(of: { source: SourceName; repositoryUrl: string | null; reference: string | null }): Promise<{ matched: readonly string[] }> {
    this.hints.push(of);
    return Promise.resolve({ matched: this.matches });
  }

  recordDelivery(id: string): Promise<boolean> {
    const first = !this.deliveries.has(id);
    this.deliveries.add(id);
    return Promise.resolve(first);
  }

  /** Something is written to the journal, as the reconciler would. */
  happen(of: Partial<JournalEntry> = {}): JournalEntry {
    const entry: JournalEntry = {
      sequence: this.lastSequence() + 1, atMs: 1_795_305_600_000, application: applicationId({ tenant, name: 'shop' }), type: 'decided', text: 'start a member', because: { ...because }, facts: { member: 'm1' }, ...of,
    };
    this.entries.push(entry);
    this.change();
    for (const listener of this.#journalListeners) listener(entry);
    return entry;
  }

  change(): void {
    this.revision += 1;
    for (const listener of this.#changeListeners) listener();
  }

  /** How many listen. */
  listeners(): number {
    return this.#journalListeners.size + this.#changeListeners.size;
  }
}

/** Timers that run when the test says so. */
export class HandClock implements Pick<Clock, 'after'> {
  readonly waiting = new Set<() => void>();

  after(_delayMs: number, run: () => void): () => void {
    this.waiting.add(run);
    return () => this.waiting.delete(run);
  }

  /** Runs what waits now. */
  strike(): void {
    const due = Array.from(this.waiting);
    this.waiting.clear();
    for (const run of due) run();
  }
}
