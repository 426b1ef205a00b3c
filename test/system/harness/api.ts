/** The operators' API of a running platform, as a script would read it. */

import type { Application, Cluster, Event, Group, Hold, Member, Plan, Problem, Status } from '../../../schemas/api/bodies.generated.ts';

export interface Api {
  /** Null while nobody answers, or the answer is not 200. */
  get<Body>(path: string): Promise<Body | null>;
  shop(): Promise<Application | null>;
  /** The members of one cluster of the shop, by alias; all of them without an alias. */
  members(alias?: string): Promise<readonly Member[]>;
  holds(): Promise<readonly Hold[]>;
  plan(): Promise<Plan | null>;
  problems(): Promise<readonly Problem[]>;
  status(): Promise<Status | null>;
  events(): Promise<readonly Event[]>;
}

export function openApi(base: string): Api {
  const get = async <Body>(path: string): Promise<Body | null> => {
    try {
      const answer = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(5_000) });
      if (answer.ok) return (await answer.json()) as Body;
      await answer.body?.cancel();
      return null;
    } catch {
      return null;
    }
  };
  const shop = (): Promise<Application | null> => get<Application>('/api/v1/applications/shop');
  const plan = (): Promise<Plan | null> => get<Plan>('/api/v1/applications/shop/plan');
  const status = (): Promise<Status | null> => get<Status>('/api/v1/status');
  return {
    get, shop, plan, status,
    members: async (alias) => clustersOf(await shop()).filter((cluster) => alias === undefined || cluster.alias === alias).flatMap((cluster) => cluster.members),
    holds: async () => (await plan())?.holds ?? [],
    problems: async () => (await status())?.problems ?? [],
    events: async () => (await get<{ items: readonly Event[] }>('/api/v1/events?since=-400&limit=400'))?.items ?? [],
  };
}

export function clustersOf(application: Application | null): readonly Cluster[] {
  const below = (group: Pick<Group, 'groups' | 'clusters'>): readonly Cluster[] => [...group.clusters, ...group.groups.flatMap(below)];
  return application?.instances.flatMap(below) ?? [];
}
