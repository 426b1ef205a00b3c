/** The description of the API, by itself. */

import { everyAnswerHeaders } from '../headers.ts';
import type { Route } from '../route.ts';

/** @param document makes the document, this route among the others. */
export function openApiRoute(document: (self: Route) => object): Route {
  const route: Route = {
    method: 'get', path: '/api/v1/openapi.json', summary: 'This API as an OpenAPI 3.1 document', parameters: [],
    responses: { 200: { description: 'The document.', content: { 'application/json': null } } },
    handle: () => new Response(text, { headers: { ...everyAnswerHeaders, 'content-type': 'application/json', 'cache-control': 'private, no-cache' } }),
  };
  const text = JSON.stringify(document(route));
  return route;
}
