/**
 * Every body of the HTTP API: one line registers a schema. A schema's name is that of its file; schemas refer to each
 * other by file name. The types in `bodies.generated.ts` are generated from them.
 */

import type { JsonSchema } from '../kinds/index.ts';
import action from './action.schema.json' with { type: 'json' };
import application from './application.schema.json' with { type: 'json' };
import applicationList from './application-list.schema.json' with { type: 'json' };
import applicationSummary from './application-summary.schema.json' with { type: 'json' };
import because from './because.schema.json' with { type: 'json' };
import change from './change.schema.json' with { type: 'json' };
import cluster from './cluster.schema.json' with { type: 'json' };
import commit from './commit.schema.json' with { type: 'json' };
import definition from './definition.schema.json' with { type: 'json' };
import definitionList from './definition-list.schema.json' with { type: 'json' };
import definitionSummary from './definition-summary.schema.json' with { type: 'json' };
import event from './event.schema.json' with { type: 'json' };
import eventList from './event-list.schema.json' with { type: 'json' };
import group from './group.schema.json' with { type: 'json' };
import hold from './hold.schema.json' with { type: 'json' };
import instance from './instance.schema.json' with { type: 'json' };
import link from './link.schema.json' with { type: 'json' };
import liveness from './liveness.schema.json' with { type: 'json' };
import member from './member.schema.json' with { type: 'json' };
import origin from './origin.schema.json' with { type: 'json' };
import plan from './plan.schema.json' with { type: 'json' };
import planList from './plan-list.schema.json' with { type: 'json' };
import problem from './problem.schema.json' with { type: 'json' };
import problemDetails from './problem-details.schema.json' with { type: 'json' };
import readiness from './readiness.schema.json' with { type: 'json' };
import source from './source.schema.json' with { type: 'json' };
import status from './status.schema.json' with { type: 'json' };
import webhookAnswer from './webhook-answer.schema.json' with { type: 'json' };

const body = (schema: JsonSchema): JsonSchema => schema;

/** Name of a body → its JSON Schema 2020-12. */
export const apiSchemas = {
  action: body(action),
  application: body(application),
  'application-list': body(applicationList),
  'application-summary': body(applicationSummary),
  because: body(because),
  change: body(change),
  cluster: body(cluster),
  commit: body(commit),
  definition: body(definition),
  'definition-list': body(definitionList),
  'definition-summary': body(definitionSummary),
  event: body(event),
  'event-list': body(eventList),
  group: body(group),
  hold: body(hold),
  instance: body(instance),
  link: body(link),
  liveness: body(liveness),
  member: body(member),
  origin: body(origin),
  plan: body(plan),
  'plan-list': body(planList),
  problem: body(problem),
  'problem-details': body(problemDetails),
  readiness: body(readiness),
  source: body(source),
  status: body(status),
  'webhook-answer': body(webhookAnswer),
};

export type ApiSchemaName = keyof typeof apiSchemas;

/** The file in which a schema stands: what other schemas refer to it by. */
export function apiSchemaFile(name: ApiSchemaName): string {
  return `${name}.schema.json`;
}

/** The name of a body's type and of its component in the OpenAPI document, by schema name or file: `ApplicationList`. */
export function apiTypeName(schema: string): string {
  return schema.replace('.schema.json', '').split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
