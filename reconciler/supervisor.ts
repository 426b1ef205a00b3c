/**
 * Runs the platform on this machine: the embedded broker and the reconciler as children that are restarted with
 * back-off, and the members, which outlive a crash of either. When it is told to end, it drains and ends all it started.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock as clock } from './clock.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { makeExampleRepositories } from './example.ts';
import { freePort, keptPort, openIdentity } from './identity.ts';
import { showProgress } from './progress.ts';
import { membersRun, sweep } from './sweep.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const restartMaxMs = 10_000;
/** A child that ran this long is not in a crash loop. */
const steadyMs = 30_000;

interface Kept {
  readonly name: string;
  stop(): Promise<void>;
}

/** Resolves with the exit code when everything that it started has ended. */
export async function up(say: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Promise<number> {
  let config: Config;
  let unlock: () => void;
  try {
    config = readConfig();
    unlock = lock(config.dataDirectory);
    await mustBeFree(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const made = await makeExampleRepositories({ from: join(here, '..', 'repos-example'), into: join(config.dataDirectory, 'repos'), nowMs: clock.nowMs() });
  if (made.length > 0) say(`Made ${made.length} repositories in ${join(config.dataDirectory, 'repos')}`);
  openIdentity(config.dataDirectory);
  const brokerPort = config.brokerUrl === null ? await keptPort(config.dataDirectory, 'broker') : null;
  const environment = { ...process.env, ...(brokerPort === null ? {} : { STRATOS_EMBEDDED_BROKER_PORT: String(brokerPort) }) };
  const children: Kept[] = [];
  if (brokerPort !== null) children.push(await keep('broker', environment, say));
  children.push(await keep('main', environment, say));

  const ended = new AbortController();
  const progress = showProgress({ config, clock, say, signal: ended.signal });
  await toldToEnd();
  say('Stopping: members finish what they are doing …');
  ended.abort();
  await progress;
  const [broker, reconciler] = [children.find((child) => child.name === 'broker'), children.find((child) => child.name === 'main')];
  await reconciler?.stop();
  const left = await sweep(config, clock);
  await broker?.stop();
  unlock();
  say(left === 0 ? 'Everything is stopped.' : `${left} members could not be stopped; see ${config.dataDirectory}/members`);
  return left === 0 ? 0 : 1;
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** Starts a child and starts it again whenever it ends; resolves when it is ready for the first time. */
async function keep(name: string, environment: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Kept> {
  let child: ChildProcess;
  let stopping = false;
  let failures = 0;
  let startedAtMs = 0;
  const begin = (onReady: () => void): void => {
    startedAtMs = clock.nowMs();
    // A group of its own, so that Ctrl-C reaches the supervisor alone and things end in their order.
    child = spawn(process.execPath, [join(here, `${name}.ts`)], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    child.once('message', onReady);
    child.once('exit', (code, signal) => {
      if (stopping) return;
      failures = clock.nowMs() - startedAtMs > steadyMs ? 1 : failures + 1;
      const delayMs = Math.min(restartMaxMs, 100 * 2 ** (failures - 1));
      say(`The ${name === 'main' ? 'reconciler' : name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      clock.after(delayMs, () => { if (!stopping) begin(onReady); });
    });
  };
  await new Promise<void>(begin);
  return {
    name,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const cancel = clock.after(5_000, () => child.kill('SIGKILL'));
      await gone;
      cancel();
    },
  };
}

/** One platform per data directory. A lock that a crash has left is taken over. */
function lock(dataDirectory: string): () => void {
  const file = join(dataDirectory, 'supervisor.pid');
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (holder > 0 && holder !== process.pid && isSupervisor(holder)) {
    throw new ConfigError(`a platform runs in ${dataDirectory} already (process ${holder}); stop it, or set STRATOS_DATA_DIR to another directory`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** A process id may have been given to somebody else since. */
function isSupervisor(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('up');
  } catch {
    return false;
  }
}

async function mustBeFree(config: Config): Promise<void> {
  const { httpPort, loadBalancerPort } = config;
  if ((await freePort(httpPort)) === null) throw new ConfigError(`port ${httpPort} is taken; set STRATOS_HTTP_PORT to a free one`);
  // A load balancer that outlived a crash holds its port for its next life.
  if (loadBalancerPort !== null && (await freePort(loadBalancerPort)) === null && !(await membersRun(config, clock))) {
    throw new ConfigError(`port ${loadBalancerPort} is taken; set STRATOS_LB_PORT to a free one`);
  }
}
