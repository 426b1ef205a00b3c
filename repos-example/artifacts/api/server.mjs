// The middle tier: reads the products from the store and puts prices on them.
import { createServer } from 'node:http';

const { PORT, STORE_URL, STRATOS_MEMBER_ID: member, STRATOS_ARTIFACT_COMMIT: commit } = process.env;

const server = createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  response.setHeader('content-type', 'application/json');
  try {
    const answer = await fetch(`${STORE_URL}/products`, { signal: AbortSignal.timeout(5000) });
    const { products, servedBy } = await answer.json();
    const catalog = products.map(({ name, cents }) => ({ name, price: `${(cents / 100).toFixed(2)} €` }));
    response.end(JSON.stringify({ catalog, servedBy: [{ tier: 'api', member, commit }, ...servedBy] }));
  } catch (error) {
    response.statusCode = 502;
    response.end(JSON.stringify({ error: `the store does not answer: ${error.message}` }));
  }
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
