/**
 * The reconciler as a process: the only place that knows implementations, and that hands each room its own values.
 * It can be killed at any moment: the next one adopts what runs, by what is on the providers.
 */

import { mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import { startPlatform } from './platform/platform.ts';

const config = readConfig();
mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
const log = pino({ level: config.logLevel, base: null, redact: ['*.password', '*.secret', '*.memberKey', '*.brokerUrl'] },
  pino.destination({ dest: `${config.dataDirectory}/reconciler.log`, sync: false, mkdir: true }));

process.on('unhandledRejection', (error) => log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a rejection that nobody handles'));

try {
  const platform = await startPlatform(config, systemClock, log);
  process.send?.({ ready: true });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void platform.close().then(() => process.exit(0), () => process.exit(1));
  };
  process.once('SIGTERM', end);
  process.on('SIGINT', () => undefined);
  process.once('disconnect', end);
} catch (error) {
  log.fatal({ error: error instanceof Error ? error.stack : String(error) }, 'the reconciler can not start');
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
