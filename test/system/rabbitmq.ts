/** A RabbitMQ of our own in a process group of its own, so that it can be killed and starved. Everything of it is in one folder. */

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import { freePort } from '../transports/brokers.ts';

const programs = '/usr/lib/rabbitmq/bin';
const registryProgram = '/usr/bin/epmd';
const run = promisify(execFile);

export async function hasRabbitProgram(): Promise<boolean> {
  return access(join(programs, 'rabbitmq-server')).then(() => true, () => false);
}

export interface OwnRabbit {
  readonly url: string;
  /** SIGKILL to all of it; its disk stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  control(...args: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function ownRabbit(): Promise<OwnRabbit> {
  const folder = await mkdtemp(join(tmpdir(), 'stratos-rabbitmq-'));
  const [port, distributionPort, registryPort] = [await freePort(), await freePort(), await freePort()];
  await writeFile(join(folder, 'plugins'), '[].');
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    RABBITMQ_NODENAME: `stratos-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    ERL_EPMD_PORT: String(registryPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  // The registry of Erlang nodes; left to itself the server starts one that nobody stops.
  const registry = spawn(registryProgram, ['-port', String(registryPort), '-address', '127.0.0.1'], { stdio: 'ignore' });
  let server: ChildProcess | null = null;

  const kill = async (): Promise<void> => {
    if (server?.pid === undefined) return;
    const exited = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await exited;
    server = null;
  };
  const rabbit: OwnRabbit = {
    url,
    kill,
    start: async () => {
      server = spawn(join(programs, 'rabbitmq-server'), { env: environment, detached: true, stdio: 'ignore', cwd: folder });
      while (!await takesConnections(url)) await new Promise((resolve) => { setTimeout(resolve, 200); });
    },
    control: async (...args) => {
      await run(join(programs, 'rabbitmqctl'), ['-n', environment.RABBITMQ_NODENAME, ...args], { env: environment });
    },
    stop: async () => {
      await kill();
      const registryEnded = once(registry, 'exit');
      registry.kill('SIGKILL');
      await registryEnded;
      await rm(folder, { recursive: true, force: true });
    },
  };
  await rabbit.start();
  return rabbit;
}

async function takesConnections(url: string): Promise<boolean> {
  return connect(url, { timeout: 2_000 }).then((model) => model.close()).then(() => true, () => false);
}
