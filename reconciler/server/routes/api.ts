/** What the routes of the API share: the read model and the way to answer from it. */

import type { Context } from 'hono';
import type { ApiSchemaName } from '../../../schemas/api/index.ts';
import type { View } from '../../contracts/view.ts';
import type { Answer, Page } from '../answers.ts';
import { parameterReader, type Given, type Parameter } from '../parameters.ts';
import { refused, type Meaning, type Route } from '../route.ts';

export interface Api {
  readonly view: View;
  readonly answer: Answer;
}

/**
 * A route that answers with one JSON body.
 * @param of `find` looks up what is asked for, refusing what does not exist, and gives back how its body is made.
 */
export function jsonRoute(api: Api, of: {
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly body: ApiSchemaName;
  readonly missing?: string;
  find(given: Given, c: Context): () => Page | Promise<Page>;
}): Route {
  const declared = of.parameters ?? [];
  const read = parameterReader(declared, api.view);
  const canMiss = of.missing !== undefined || declared.some(({ name }) => name === 'tenant');
  const responses: Record<number, Meaning> = {
    200: { description: 'The answer, with an ETag.', content: { 'application/json': of.body } },
    304: { description: 'Nothing has changed since the version that If-None-Match names.' },
    400: refused('A parameter is unknown, missing or not valid.'),
    ...(canMiss ? { 404: refused(of.missing ?? 'There is no such tenant.') } : {}),
  };
  return {
    method: 'get', path: of.path, summary: of.summary, parameters: declared, responses,
    ...(of.description === undefined ? {} : { description: of.description }),
    handle: (c) => api.answer(c, of.find(read(c), c)),
  };
}
