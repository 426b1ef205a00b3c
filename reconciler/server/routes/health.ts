/** Whether the process lives, whether it can do its work, and its measurements. */

import type { Liveness, Readiness } from '../../../schemas/api/bodies.generated.ts';
import type { View } from '../../contracts/view.ts';
import { everyAnswerHeaders } from '../headers.ts';
import type { Route } from '../route.ts';

export function healthRoutes(view: View): Route[] {
  const answer = (body: Liveness | Readiness, status: number): Response =>
    new Response(JSON.stringify(body), { status, headers: { ...everyAnswerHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' } });
  return [
    {
      method: 'get', path: '/healthz', summary: 'Whether the process lives', parameters: [],
      responses: { 200: { description: 'It does.', content: { 'application/json': 'liveness' } } },
      handle: () => answer({ live: true }, 200),
    },
    {
      method: 'get', path: '/readyz', summary: 'Whether the reconciler can do its work', parameters: [],
      responses: {
        200: { description: 'It can.', content: { 'application/json': 'readiness' } },
        503: { description: 'It cannot, and why.', content: { 'application/json': 'readiness' } },
      },
      handle: () => {
        const { ready, why } = view.ready();
        return answer({ ready, why }, ready ? 200 : 503);
      },
    },
    {
      method: 'get', path: '/metrics', summary: 'Measurements for Prometheus', parameters: [],
      responses: { 200: { description: 'In the text exposition format.', content: { 'text/plain': null } } },
      handle: async () => new Response(await view.metrics(), {
        headers: { ...everyAnswerHeaders, 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
      }),
    },
  ];
}
