/** The console's built files at `/`. */

import { existsSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono } from 'hono';
import { consoleHeaders, everyAnswerHeaders } from './headers.ts';

/** @param directory where the build put `index.html` and `assets/`; null, or not there: `/` says so. */
export function mountConsole(app: Hono, directory: string | null): void {
  if (directory === null || !existsSync(directory)) {
    app.get('/', () => new Response('The console has not been built on this machine. The status API is at /api/v1/status.\n', {
      status: 404, headers: { ...everyAnswerHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    }));
    return;
  }
  app.use('/*', function consoleFileHeaders(c, next) {
    for (const [name, value] of Object.entries(consoleHeaders)) c.header(name, value);
    // A file below assets/ carries a digest of its content in its name.
    c.header('cache-control', c.req.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    return next();
  }, serveStatic({ root: directory }));
}
