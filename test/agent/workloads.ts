/** Small real workloads, as the files of an artifact. */

const start = '#!/bin/sh\nexec node "$STRATOS_ARTIFACT_DIR/server.mjs"\n';

/**
 * An HTTP server that answers its own name: `/slow?ms` after a while, `/env` its environment, `/crash` by ending,
 * `/import` what it reads through API_URL, `/echo` the request's body and headers.
 */
export function webServer(name: string, extra: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    'bin/start': start,
    'server.mjs': `
      import http from 'node:http';
      let healthy = true;
      const server = http.createServer(async (request, response) => {
        const url = new URL(request.url, 'http://here');
        if (url.pathname === '/healthz') return response.writeHead(healthy ? 200 : 500).end();
        if (url.pathname === '/sicken') { healthy = false; return response.end(); }
        if (url.pathname === '/crash') process.exit(3);
        if (url.pathname === '/env') return response.end(JSON.stringify(process.env));
        if (url.pathname === '/pid') return response.end(String(process.pid));
        if (url.pathname === '/slow') await new Promise((resolve) => setTimeout(resolve, Number(url.search.slice(1))));
        if (url.pathname === '/import') {
          try {
            const answer = await fetch(process.env.API_URL + '/from');
            return response.writeHead(answer.status).end(await answer.text());
          } catch (error) { return response.writeHead(502).end(String(error)); }
        }
        if (url.pathname === '/echo') {
          const chunks = [];
          for await (const chunk of request) chunks.push(chunk);
          return response.end(JSON.stringify({ headers: request.headers, body: Buffer.concat(chunks).toString(), method: request.method }));
        }
        response.end(${JSON.stringify(name)});
      });
      server.on('upgrade', (request, socket, head) => {
        socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n');
        socket.on('error', () => {});
        socket.pipe(socket);
      });
      server.listen(Number(process.env.PORT), '127.0.0.1');
      process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
    `,
    ...extra,
  };
}

export const brokenServer: Readonly<Record<string, string>> = {
  'bin/start': '#!/bin/sh\necho "cannot find \u001b[31mmodule\u001b[0m ./missing" >&2\nexit 1\n',
};
