/** A small workload: answers every request with a thousand bytes. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = Buffer.alloc(1_000, 'a');
const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
