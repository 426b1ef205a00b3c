/** The read model that the server shows, made of the state as it stands. Only `hint` does anything: it asks to look again. */

import { sourceName, tenantName, type SourceName } from '../../schemas/ids.ts';
import { comparableUrl, isLocalUrl } from '../artifacts/location.ts';
import type { Artifacts } from '../contracts/artifacts.ts';
import type { Store } from '../contracts/store.ts';
import type { LinkView, View } from '../contracts/view.ts';
import type { Clock } from '../contracts/clock.ts';
import type { SourceConfig } from '../config.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Metrics } from './metrics.ts';
import type { Recorder } from '../recorder.ts';
import type { State } from '../state.ts';

export interface ViewOptions {
  readonly state: State;
  readonly store: Store;
  readonly clock: Clock;
  readonly artifacts: Artifacts;
  readonly definitions: Definitions;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  readonly sources: readonly SourceConfig[];
  readonly broker: () => LinkView;
  readonly syncSource: (source: SourceName) => void;
  /** Tells versions of different lives of this process apart. */
  readonly life: string;
}

export function createView(options: ViewOptions): View {
  const { state, store, artifacts, definitions, recorder, metrics, sources } = options;
  const ofTenant = (id: string, tenant: string): boolean => id.startsWith(`${tenant}/`);
  return {
    version: () => `${options.life}-${recorder.version()}`,
    ready: () => ({ ready: state.notReady === null, why: state.notReady ?? '' }),
    sources: () => definitions.sources(),
    problems: () => state.problems,
    brokers: () => [options.broker()],
    providers: () => [...state.providers.values()].map((provider): LinkView => {
      const known = state.inventory.provider(provider.name);
      const detail = [known?.failure, ...provider.remarks].filter(Boolean).join('; ');
      return { name: provider.name, connected: known?.complete ?? false, detail };
    }),
    tenants: () => [...new Set([tenantName('default'), ...(state.desired?.tenants.keys() ?? []), ...[...state.shown.values()].map((shown) => shown.status.tenant)])],
    applications: (tenant) => [...state.shown].filter(([id]) => ofTenant(id, tenant)).map(([, shown]) => shown.status).sort((a, b) => (a.name < b.name ? -1 : 1)),
    application: (id) => state.shown.get(id)?.status ?? null,
    plan: (id) => state.shown.get(id)?.plan ?? null,
    definitions: ({ tenant, kind }) => definitions.documents({ tenant, kind }),
    position: (origin) => definitions.position(origin),
    lastSequence: () => recorder.lastSequence(),
    journal: (query) => store.readJournal(query),
    onJournal: (listener) => recorder.onEntry(listener),
    onChange: (listener) => recorder.onChange(listener),
    metrics: () => metrics.text(),
    async hint({ source, repositoryUrl, reference }) {
      const configured = sources.find((one) => one.name === source);
      if (!configured) return { matched: [] };
      const matched: string[] = [];
      if (isOf(configured, repositoryUrl) && (reference === null || reference === configured.branch || reference === `refs/heads/${configured.branch}`)) {
        matched.push(`source ${source}`);
        options.syncSource(sourceName(source));
      }
      for (const repository of repositoryUrl === null ? [] : artifacts.matching(repositoryUrl)) {
        matched.push(`repository ${repository}`);
        void artifacts.refresh(repository);
      }
      await recorder.note({ type: 'webhook', text: `a webhook of ${source} matched ${matched.length === 0 ? 'nothing' : matched.join(', ')}` });
      return { matched };
    },
    webhookSecrets: (source) => sources.find((one) => one.name === source)?.webhookSecrets ?? null,
    recordDelivery: (id) => store.recordDelivery(id, options.clock.nowMs()),
  };
}

/** A repository on this machine has no URL that a Git server would tell: a delivery with the source's secret is then about it. */
function isOf(source: SourceConfig, repositoryUrl: string | null): boolean {
  return repositoryUrl === null || isLocalUrl(source.url) || comparableUrl(source.url) === comparableUrl(repositoryUrl);
}
