// The front tier: one page, built from what every tier behind it says.
import { createServer } from 'node:http';
import { page } from './page.mjs';

const { PORT, API_URL, STRATOS_MEMBER_ID: member, STRATOS_ARTIFACT_COMMIT: commit } = process.env;

const server = createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  try {
    const answer = await fetch(`${API_URL}/catalog`, { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { catalog, servedBy } = await answer.json();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page({ catalog, servedBy: [{ tier: 'web', member, commit }, ...servedBy] }));
  } catch (error) {
    response.statusCode = 502;
    response.end(`The catalog is not there: ${error.message}\n`);
  }
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
