/** What Prometheus reads: counters kept by the passes, gauges read from the state when asked. */

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { knownApplications, type State } from '../state.ts';

export interface Metrics {
  readonly passSeconds: Histogram;
  readonly actions: Counter<'action' | 'outcome'>;
  readonly syncs: Counter<'source' | 'outcome'>;
  readonly bundleRequests: Counter<'status'>;
  text(): Promise<string>;
}

export function createMetrics(state: State, queueDepth: () => number): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry, prefix: 'stratos_' });
  const gauge = (name: string, help: string, collect: (gauge: Gauge) => void): Gauge => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => collect(made) });
    return made;
  };
  gauge('stratos_applications', 'Applications that are wanted or have members.', (own) => own.set(knownApplications(state).size));
  gauge('stratos_queue_depth', 'Keys waiting or being worked on.', (own) => own.set(queueDepth()));
  gauge('stratos_problems', 'Problems in the definitions.', (own) => own.set(state.problems.length));
  gauge('stratos_broker_connected', '1 while the reconciler hears the agents.', (own) => own.set(state.hearingSinceMs === null ? 0 : 1));
  gauge('stratos_epoch', 'The term under which this process decides.', (own) => own.set(state.epoch));
  const byApplication = (name: string, help: string, value: (shown: { wanted: number; active: number }) => number): void => {
    const made: Gauge<'application'> = new Gauge({
      name, help, registers, labelNames: ['application'],
      collect() {
        made.reset();
        for (const [application, shown] of state.shown) made.set({ application }, value(shown.status.members));
      },
    });
  };
  byApplication('stratos_members_wanted', 'Members that an application should have.', (members) => members.wanted);
  byApplication('stratos_members_active', 'Members of an application that are active.', (members) => members.active);
  const refused: Gauge<'reason'> = new Gauge({
    name: 'stratos_messages_refused_total', help: 'Messages of agents that were refused.', registers, labelNames: ['reason'],
    collect() {
      for (const [reason, count] of state.reports.refused) refused.set({ reason }, count);
    },
  });
  return {
    passSeconds: new Histogram({ name: 'stratos_pass_seconds', help: 'Time of one pass over one application.', registers, buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1] }),
    actions: new Counter({ name: 'stratos_actions_total', help: 'Actions by how they ended.', registers, labelNames: ['action', 'outcome'] }),
    syncs: new Counter({ name: 'stratos_syncs_total', help: 'Looks at a source by how they ended.', registers, labelNames: ['source', 'outcome'] }),
    bundleRequests: new Counter({ name: 'stratos_bundle_requests_total', help: 'Requests for bundles by how they were answered.', registers, labelNames: ['status'] }),
    text: () => registry.metrics(),
  };
}
