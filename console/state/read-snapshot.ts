/** Reads everything that the page shows, in one go. */

import type { Application, ApplicationList, PlanList, Status } from '../../schemas/api/bodies.generated.ts';
import { apiUrl, getBody, type Fetch } from './api.ts';
import type { Snapshot } from './store.ts';

/** The longest page that the API gives. */
const pageLength = 1000;

/**
 * @param of `wantsTree`: whether the tree of an application is shown, among so many.
 * @throws Error when the API cannot be read.
 */
export async function readSnapshot(of: {
  readonly fetch: Fetch;
  readonly tenant: string;
  readonly nowMs: () => number;
  readonly wantsTree: (name: string, applications: number) => boolean;
}): Promise<Snapshot> {
  const { fetch, tenant } = of;
  const page = { tenant, limit: pageLength };
  const [status, list, plans] = await Promise.all([
    getBody<Status>(fetch, apiUrl('status', page)), getBody<ApplicationList>(fetch, apiUrl('applications', page)), getBody<PlanList>(fetch, apiUrl('plan', page)),
  ]);
  if (status === null || list === null || plans === null) throw new Error('this server has no status API');
  const wanted = list.items.filter(({ name }) => of.wantsTree(name, list.items.length));
  const trees = await Promise.all(wanted.map(({ name }) => readTree(of, name)));
  return {
    status, applications: list.items, plans: plans.items, truncated: list.next !== null, readAtMs: of.nowMs(),
    trees: new Map(trees.flatMap((tree) => (tree === null ? [] : [[tree.name, tree]]))),
  };
}

/** Null: there is no such application any more. @throws Error */
export function readTree(of: { readonly fetch: Fetch; readonly tenant: string }, name: string): Promise<Application | null> {
  return getBody<Application>(of.fetch, apiUrl(`applications/${encodeURIComponent(name)}`, { tenant: of.tenant }));
}
