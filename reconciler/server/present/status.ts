/** The platform as a tenant sees it: its own sources and the platform's, and what is wrong in them. */

import type { Link, Problem as ShownProblem, Source, Status } from '../../../schemas/api/bodies.generated.ts';
import type { TenantName } from '../../../schemas/ids.ts';
import type { LinkView, SourceView, View } from '../../contracts/view.ts';
import type { Problem } from '../../model/problem.ts';
import { byKey, pageByPosition } from '../paging.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

export function presentStatus(view: View, of: { tenant: TenantName; after: string | undefined; limit: number }): Status {
  const foreign = new Set(view.sources().filter(({ tenant }) => tenant !== null && tenant !== of.tenant).map(({ name }) => name));
  const sources = view.sources().filter(({ name }) => !foreign.has(name));
  const problems = view.problems().filter(({ source }) => !foreign.has(source));
  const newest = sources.reduce<SourceView | null>((best, source) => ((source.syncedAtMs ?? -1) > (best?.syncedAtMs ?? -1) ? source : best), null);
  const page = pageByPosition([...problems].sort(byKey(rank)), of);
  const count = (severity: Problem['severity']): number => problems.filter((problem) => problem.severity === severity).length;
  return {
    tenant: of.tenant,
    version: view.version(),
    revision: newest?.revision ?? null,
    syncedAt: rfc3339OrNull(newest?.syncedAtMs ?? null),
    sources: sources.map(presentSource),
    problems: page.items.map(presentProblem),
    problemCounts: { error: count('error'), warning: count('warning'), info: count('info') },
    next: page.next,
    brokers: view.brokers().map(presentLink),
    providers: view.providers().map(presentLink),
  };
}

const severities: Readonly<Record<Problem['severity'], number>> = { error: 0, warning: 1, info: 2 };
const padded = (position: number | null): string => String(position ?? 0).padStart(9, '0');

/** Errors first, then by source, file, line and column. */
function rank(problem: Problem): string {
  return [severities[problem.severity], problem.source, problem.file, padded(problem.line), padded(problem.column)].join('\0');
}

function presentSource(source: SourceView): Source {
  const { name, tenant, url, branch, path, revision, commit, syncedAtMs, failure } = source;
  return {
    name, tenant, url, branch, path, revision,
    commit: commit === null ? null : { author: commit.author, message: commit.message, at: rfc3339(commit.atMs) },
    syncedAt: rfc3339OrNull(syncedAtMs), failure,
  };
}

function presentLink({ name, connected, detail }: LinkView): Link {
  return { name, connected, detail };
}

function presentProblem(problem: Problem): ShownProblem {
  const { severity, code, message, source, file, line, column, pointer, document, applications, hint } = problem;
  return {
    severity, code, message, source, file, line, column,
    ...(pointer === undefined ? {} : { pointer }),
    ...(document === undefined ? {} : { document }),
    ...(applications === undefined ? {} : { applications: [...applications] }),
    ...(hint === undefined ? {} : { hint }),
  };
}
