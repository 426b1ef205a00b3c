/**
 * The agent as a process: `node agent/main.ts <member directory>`.
 * Exit codes: 0 ended as asked; 64 the member directory or its join configuration is not fit; 70 an error that nobody
 * expected; 75 the workload does not stay up.
 */

import { mkdir } from 'node:fs/promises';
import { join as joinPath, resolve } from 'node:path';
import { pino } from 'pino';
import { startAgent, type RunningAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { readConfig, type AgentConfig } from './config.ts';
import { readJoin } from './join.ts';
import { LogFile } from './operations/workload/log-file.ts';
import { transportFor } from './transports/index.ts';

const unfit = 64;
const unexpected = 70;
/** How long a workload has to die when the agent must end at once. */
const killMs = 2000;

async function main(): Promise<void> {
  const [, , given] = process.argv;
  if (given === undefined) return fail('usage: node agent/main.ts <member directory>');
  const memberDirectory = resolve(given);
  const config = readConfig();
  await mkdir(joinPath(memberDirectory, 'logs'), { recursive: true });
  const log = newLog(memberDirectory, config);
  let agent: RunningAgent;
  try {
    const join = await readJoin(memberDirectory);
    agent = await startAgent({ memberDirectory, join, config, clock: systemClock, log, transport: await transportFor(join.brokerUrl) });
  } catch (error) {
    log.error({ error: String(error) }, 'the agent can not start');
    return fail(error instanceof Error ? error.message : String(error));
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => agent.stop());
  const crash = async (reason: unknown): Promise<void> => {
    log.error({ error: reason instanceof Error ? reason.stack : String(reason) }, 'an unexpected error ends the agent');
    systemClock.after(killMs, () => process.exit(unexpected));
    await agent.kill().catch(() => undefined);
    process.exit(unexpected);
  };
  process.on('uncaughtException', (error) => void crash(error));
  process.on('unhandledRejection', (reason) => void crash(reason));
  const exitCode = await agent.ended;
  log.info({ exitCode }, 'the agent ends');
  // Lines that are still under way to the log are worth a moment; connections that linger are not.
  systemClock.after(50, () => process.exit(exitCode));
}

/** Lines of JSON; keys, passwords and signed addresses never stand in them. */
function newLog(memberDirectory: string, config: AgentConfig): ReturnType<typeof pino> {
  const file = new LogFile(joinPath(memberDirectory, 'logs', 'agent.log'));
  const write = (line: string): void => {
    file.write(line);
    if (config.logToStdout) process.stdout.write(line);
  };
  return pino({ level: config.logLevel, redact: ['memberKey', 'brokerUrl', 'url', '*.memberKey', '*.brokerUrl', '*.url'] }, { write });
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`);
  systemClock.after(50, () => process.exit(unfit));
}

await main();
