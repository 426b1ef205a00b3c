/** Tells the balancer that the peers file has changed. Exits with 0 when the new table is in force. */

import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

const [, , runDirectory = ''] = process.argv;
const { port, token } = JSON.parse(readFileSync(join(runDirectory, 'balancer-control.json'), 'utf8'));
const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/peers', headers: { authorization: `Bearer ${token}` } }, (answer) => {
  if (answer.statusCode !== 200) answer.pipe(process.stderr);
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
  answer.resume();
});
asked.on('error', (error) => {
  process.stderr.write(`the balancer does not answer: ${error.message}\n`);
  process.exitCode = 1;
});
asked.end();
