/** Applications, and the plan of each. */

import type { ApplicationList, PlanList } from '../../../schemas/api/bodies.generated.ts';
import { applicationId, type TenantName } from '../../../schemas/ids.ts';
import { nearest } from '../../../schemas/nearest.ts';
import type { ApplicationStatus } from '../../model/status.ts';
import { byKey, pageByKey } from '../paging.ts';
import { parameters, type Given } from '../parameters.ts';
import { presentApplication, presentSummary } from '../present/application.ts';
import { becausePresenter } from '../present/because.ts';
import { presentPlan } from '../present/plan.ts';
import { Refusal, unknown } from '../refusal.ts';
import type { Route } from '../route.ts';
import { jsonRoute, type Api } from './api.ts';

const { tenant, limit, after, name } = parameters;
const missing = 'There is no such tenant or application.';

export function applicationRoutes(api: Api): Route[] {
  const { view } = api;
  const nameOf = (application: ApplicationStatus): string => application.name;
  const page = (given: Given): ReturnType<typeof pageByKey<ApplicationStatus>> =>
    pageByKey([...view.applications(given.tenant)].sort(byKey(nameOf)), nameOf, { after: given.after, limit: given.limit });
  const nextOf = (next: string | null): { parameter: 'after'; value: string } | null => (next === null ? null : { parameter: 'after', value: next });

  return [
    jsonRoute(api, {
      path: '/api/v1/applications', summary: 'The applications of a tenant', parameters: [tenant, limit, after], body: 'application-list',
      find: (given) => () => {
        const { items, next } = page(given);
        const body: ApplicationList = { items: items.map(presentSummary), next };
        return { body, next: nextOf(next) };
      },
    }),
    jsonRoute(api, {
      path: '/api/v1/applications/{name}', summary: 'An application with its groups, clusters and members', parameters: [name, tenant], body: 'application', missing,
      find: (given) => {
        const application = view.application(applicationId(given));
        if (application === null) throw unknownApplication(api, given);
        return () => ({ body: presentApplication(application) });
      },
    }),
    jsonRoute(api, {
      path: '/api/v1/applications/{name}/plan', summary: 'What is done next for an application, and what is held', parameters: [name, tenant], body: 'plan',
      missing: 'There is no such tenant or application, or it has not been planned yet.',
      find: (given) => {
        const plan = view.plan(applicationId(given));
        if (plan === null) throw view.application(applicationId(given)) === null ? unknownApplication(api, given) : notPlannedYet(given.name);
        return async () => ({ body: await presentPlan(plan, becausePresenter(view)) });
      },
    }),
    jsonRoute(api, {
      path: '/api/v1/plan', summary: 'The plans of all applications of a tenant', parameters: [tenant, limit, after], body: 'plan-list',
      find: (given) => async () => {
        const { items, next } = page(given);
        const showBecause = becausePresenter(view);
        const plans = items.map(({ id }) => view.plan(id)).filter((plan) => plan !== null);
        const body: PlanList = { items: await Promise.all(plans.map((plan) => presentPlan(plan, showBecause))), next };
        return { body, next: nextOf(next) };
      },
    }),
  ];
}

function unknownApplication(api: Api, of: { tenant: TenantName; name: string }): Refusal {
  return unknown('application', of.name, nearest(of.name, api.view.applications(of.tenant).map((application) => application.name)));
}

function notPlannedYet(application: string): Refusal {
  return new Refusal({ status: 404, code: 'not-planned-yet', detail: `Application ${JSON.stringify(application)} has not been planned yet` });
}
