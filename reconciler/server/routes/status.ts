/** The state of the platform. */

import { parameters } from '../parameters.ts';
import { presentStatus } from '../present/status.ts';
import type { Route } from '../route.ts';
import { jsonRoute, type Api } from './api.ts';

export function statusRoutes(api: Api): Route[] {
  const { tenant, limit, after } = parameters;
  return [jsonRoute(api, {
    path: '/api/v1/status', summary: 'The state of the platform: sources, problems, brokers, providers',
    description: 'The problems are paged.',
    parameters: [tenant, limit, after], body: 'status',
    find: (given) => () => {
      const body = presentStatus(api.view, { tenant: given.tenant, after: given.after, limit: given.limit });
      return { body, next: body.next === null ? null : { parameter: 'after', value: body.next } };
    },
  })];
}
