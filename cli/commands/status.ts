/** `stratos status`: the platform at one glance. */

import type { ApplicationSummary, Link, Plan, Status } from '../../schemas/api/bodies.generated.ts';
import { showOnline, type OnlineOptions } from '../online.ts';
import { table, wrapped, type TableOptions } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, paintStatus } from '../words.ts';
import { sourceColumns } from './get.ts';

const titleWidth = 14;

interface Glance extends Status {
  readonly applications: readonly ApplicationSummary[];
  /** What is wanted and not done, by application. */
  readonly holds: readonly { readonly application: string; readonly kind: string }[];
}

export function showStatus(options: OnlineOptions): Promise<void> {
  return showOnline<Glance>(options, async (api) => {
    const [{ body: status, nowMs }, { body: { items: applications } }, { body: { items: plans } }] = await Promise.all([
      api.get<Status>('status'), api.list<ApplicationSummary>('applications'), api.list<Plan>('plan'),
    ]);
    const holds = plans.flatMap(({ application, holds: held }) => held.map(({ kind }) => ({ application, kind })));
    return {
      body: { ...status, applications, holds },
      text: (body, shape) => [`Stratos at ${api.url}, tenant ${body.tenant}`, '', glanceText(body, nowMs, shape)].join('\n'),
      names: (body) => body.sources.map(({ name, revision }) => `${name}@${revision ?? ''}`),
    };
  });
}

function glanceText(body: Glance, nowMs: number | null, shape: TableOptions): string {
  const { paint } = shape;
  const row = (title: string, text: string): string => title.padEnd(titleWidth) + wrapped(text, shape.columns, titleWidth);
  return [
    row('applications', applicationsText(body.applications, paint)),
    row('problems', problemsText(body.problemCounts, paint)),
    row('holds', holdsText(body.holds, paint)),
    ...body.brokers.map((link) => row('broker', linkText(link, paint))),
    ...body.providers.map((link) => row('provider', linkText(link, paint))),
    '',
    body.sources.length === 0 ? 'No sources.' : table(body.sources, sourceColumns(nowMs), shape),
  ].join('\n');
}

function applicationsText(applications: readonly ApplicationSummary[], paint: Paint): string {
  if (applications.length === 0) return 'none';
  const names = Object.groupBy(applications, ({ status }) => status);
  return Object.entries(names).map(([status, of]) => `${paintStatus(status, status, paint)}: ${of.map(({ name, members }) => `${name} (${members.active}/${members.wanted})`).join(', ')}`).join('; ');
}

function problemsText(counts: Status['problemCounts'], paint: Paint): string {
  if (counts.error + counts.warning + counts.info === 0) return paint('green', 'none');
  const parts = [
    ...(counts.error > 0 ? [paint('red', counted(counts.error, 'error'))] : []),
    ...(counts.warning > 0 ? [paint('yellow', counted(counts.warning, 'warning'))] : []),
    ...(counts.info > 0 ? [counted(counts.info, 'remark')] : []),
  ];
  return `${parts.join(', ')} (stratos get problems)`;
}

function holdsText(holds: Glance['holds'], paint: Paint): string {
  if (holds.length === 0) return paint('green', 'none');
  return `${[...new Set(holds.map(({ application, kind }) => `${application} ${paint('yellow', kind)}`))].join(', ')} (stratos get plan)`;
}

function linkText({ name, connected, detail }: Link, paint: Paint): string {
  const word = connected ? 'connected' : 'disconnected';
  return [name, paintStatus(word, word, paint), detail].filter((part) => part !== '').join(' ');
}
