// The data tier: serves products.json.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const products = JSON.parse(readFileSync(new URL('products.json', import.meta.url), 'utf8'));
const self = { tier: 'store', member: process.env.STRATOS_MEMBER_ID, commit: process.env.STRATOS_ARTIFACT_COMMIT };

const server = createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ products, servedBy: [self] }));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
