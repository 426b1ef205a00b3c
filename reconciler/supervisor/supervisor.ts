/**
 * Runs the platform on this machine: the embedded broker and the reconciler as children that are restarted with
 * back-off, and the members, which outlive a crash of either. When it is told to end, it drains and ends all it started.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock as clock } from '../clock.ts';
import { childEnvironment, ConfigError, readConfig, type Config } from '../config.ts';
import { makeExampleRepositories } from './example.ts';
import { freePort, keptPort, openIdentity } from '../platform/identity.ts';
import { root } from '../platform/root.ts';
import { showProgress } from './progress.ts';
import { membersRun, sweep } from './sweep.ts';

const programs = { broker: join(root, 'reconciler', 'supervisor', 'broker.ts'), main: join(root, 'reconciler', 'main.ts') } as const;
const restartMaxMs = 10_000;
/** A child that ran this long is not in a crash loop. */
const steadyMs = 30_000;

interface Kept {
  readonly name: keyof typeof programs;
  /** It has started whole for the first time. */
  readonly ready: Promise<void>;
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
  const children: Kept[] = [];
  const ended = new AbortController();
  const told = toldToEnd();
  const running = start(config, children, say).then(() => showProgress({ config, clock, say, signal: ended.signal }));
  await Promise.race([told, running.then(() => told)]);
  say('Stopping: members finish what they are doing …');
  ended.abort();
  return end(config, children, unlock, say);
}

async function start(config: Config, children: Kept[], say: (line: string) => void): Promise<void> {
  const { dataDirectory } = config;
  const made = await makeExampleRepositories({ from: join(root, 'repos-example'), into: join(dataDirectory, 'repos'), nowMs: clock.nowMs() });
  if (made.length > 0) say(`Made ${made.length} repositories in ${join(dataDirectory, 'repos')}`);
  const { ensureConsole } = await import('../../console/build/build.ts');
  if (await ensureConsole()) say('Built the console');
  openIdentity(dataDirectory);
  const brokerPort = config.brokerUrl === null ? await keptPort(dataDirectory, 'broker') : null;
  const environment = childEnvironment(brokerPort === null ? {} : { STRATOS_EMBEDDED_BROKER_PORT: String(brokerPort) });
  for (const name of brokerPort === null ? (['main'] as const) : (['broker', 'main'] as const)) {
    const child = keep(name, environment, say);
    children.push(child);
    await child.ready;
  }
}

/** The reconciler first, so that nobody heals what ends; the broker last, so that members can say goodbye. */
async function end(config: Config, children: readonly Kept[], unlock: () => void, say: (line: string) => void): Promise<number> {
  await children.find((child) => child.name === 'main')?.stop();
  const left = await sweep(config, clock);
  await children.find((child) => child.name === 'broker')?.stop();
  unlock();
  say(left === 0 ? 'Everything is stopped.' : `${left} members could not be stopped; see ${config.dataDirectory}/members`);
  return left === 0 ? 0 : 1;
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** Starts a child, and starts it again whenever it ends. */
function keep(name: keyof typeof programs, environment: NodeJS.ProcessEnv, say: (line: string) => void): Kept {
  const ready = Promise.withResolvers<void>();
  let child: ChildProcess;
  let stopping = false;
  let failures = 0;
  let startedAtMs = 0;
  const begin = (): void => {
    startedAtMs = clock.nowMs();
    // A group of its own, so that Ctrl-C reaches the supervisor alone and things end in their order.
    child = spawn(process.execPath, [programs[name]], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    child.once('message', () => ready.resolve());
    child.once('exit', (code, signal) => {
      if (stopping) return;
      failures = clock.nowMs() - startedAtMs > steadyMs ? 1 : failures + 1;
      say(`The ${name === 'main' ? 'reconciler' : name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      clock.after(Math.min(restartMaxMs, 100 * 2 ** (failures - 1)), () => { if (!stopping) begin(); });
    });
  };
  begin();
  return {
    name,
    ready: ready.promise,
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
