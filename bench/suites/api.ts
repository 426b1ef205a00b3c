/**
 * The status API over real sockets. `nothing changes`: many readers of one version. `always news`: every answer is made
 * anew. The floor is a bare node:http that gives the same bytes from memory.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sized, type Benchmark, type Case, type Side } from '../benchmark.ts';
import { systemClock } from '../../reconciler/clock.ts';
import { listenOperator } from '../../reconciler/server/listen.ts';
import { createOperatorApp, type Operator } from '../../reconciler/server/operator.ts';
import { loaded } from '../worlds/loaded.ts';
import { viewOf } from '../worlds/view.ts';

export const api: Benchmark = {
  name: 'api',
  about: 'answers of the status API',
  cases: async ({ scale }) => {
    const size = { applications: sized(scale, { tiny: 3, full: 100 }), requests: sized(scale, { tiny: 40, full: 3_000 }) };
    return {
      cases: paths.slice(0, sized(scale, { tiny: 1, full: 2 })).flatMap((path) => [answering(path, size, 'nothing changes'), answering(path, size, 'always news')]),
      skipped: {},
    };
  },
};

const paths = ['/api/v1/applications?limit=100', '/api/v1/status'];

interface Size {
  readonly applications: number;
  readonly requests: number;
}

function answering(path: string, size: Size, news: 'nothing changes' | 'always news'): Case {
  return {
    name: `GET ${path} of ${size.applications} applications, ${news}`, operation: 'request', operations: size.requests, process: 'kept',
    ours: async () => {
      const operator = operatorOf(size, news);
      const listener = await listenOperator(operator, { host: '127.0.0.1', port: 0, portVariable: 'STRATOS_HTTP_PORT' });
      return loaded(listener.url + path, size.requests, () => listener.close());
    },
    floors: { 'a bare node:http with the same bytes': () => bare(path, size) },
  };
}

function operatorOf(size: Size, news: 'nothing changes' | 'always news'): Operator {
  let version = 0;
  const view = viewOf(size.applications, () => `v${news === 'always news' ? (version += 1) : version}`);
  return createOperatorApp(view, { publicUrl: null, consoleDirectory: null, clock: systemClock, onError: (error) => { throw error; } });
}

async function bare(path: string, size: Size): Promise<Side> {
  const operator = operatorOf(size, 'nothing changes');
  const answer = await operator.app.request(path, { headers: { host: 'localhost' } });
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const headers = Object.fromEntries(answer.headers);
  const server = createServer((_request, response) => response.writeHead(200, headers).end(bytes));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return loaded(`http://127.0.0.1:${port}${path}`, size.requests, () => {
    server.close();
    server.closeAllConnections();
  });
}
