/**
 * The example platform from `npm start` to an Active application: every process that it takes, up to the fourth tier. The floor
 * starts as many processes that do nothing.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../reconciler/platform/identity.ts';
import { descendants } from '../harness/process-tree.ts';
import type { Benchmark, Case, Side, World } from '../benchmark.ts';

const launcher = fileURLToPath(new URL('../../cli/launch.mjs', import.meta.url));
const lookEveryMs = 50;
const limitMs = 100_000;

export const start: Benchmark = {
  name: 'start',
  about: 'the example platform from nothing to Active',
  cases: async (world) => {
    const cases = [starting(world, 'first start'), starting(world, 'second start')];
    return { cases: world.scale === 'tiny' ? cases.slice(0, 1) : cases, skipped: {} };
  },
};

function starting(world: World, name: 'first start' | 'second start'): Case {
  return {
    name, operation: 'start', operations: 1, process: 'kept',
    ours: () => ours(world, name),
    floors: {
      'as many `node -e 0`': () => ({
        async round() {
          const count = existsSync(countFile(world)) ? Number(readFileSync(countFile(world), 'utf8')) : 1;
          await Promise.all(Array.from({ length: count }, () => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')));
          return { processes: count };
        },
      }),
    },
  };
}

const countFile = ({ folder }: World): string => join(folder, 'processes');

async function ours(world: World, name: 'first start' | 'second start'): Promise<Side> {
  let platform: Platform | null = null;
  let folder = '';
  const stop = async (): Promise<void> => { await platform?.stop(); platform = null; };
  return {
    async before() {
      await stop();
      if (name === 'first start' || folder === '') folder = await mkdtemp(join(world.folder, 'data-'));
      else return;
      if (name === 'second start') {
        platform = await launch(folder);
        await platform.active();
        await stop();
      }
    },
    async round() {
      platform = await launch(folder);
      await platform.active();
      const processes = descendants(new Set()).length;
      writeFileSync(countFile(world), String(processes));
      return { processes };
    },
    close: stop,
  };
}

interface Platform {
  /** Resolves when every application is Active. */
  active(): Promise<void>;
  stop(): Promise<void>;
}

async function launch(dataDirectory: string): Promise<Platform> {
  const port = await freePort(0);
  // What the runner has set for its own processes is not for the platform's.
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const child = spawn(process.execPath, [launcher, 'up'], {
    stdio: 'ignore', env: { ...environment, STRATOS_DATA_DIR: dataDirectory, STRATOS_HTTP_PORT: String(port), STRATOS_LOG_LEVEL: 'warn' },
  });
  return { active: () => untilActive(child, `http://127.0.0.1:${port}/api/v1/applications`), stop: () => stopped(child) };
}

async function untilActive(child: ChildProcess, url: string): Promise<void> {
  const late = AbortSignal.timeout(limitMs);
  while (!late.aborted) {
    if (child.exitCode !== null) throw new Error(`the platform ended with ${child.exitCode}`);
    const body = await fetch(url).then((answer) => answer.json() as Promise<{ readonly items?: readonly { readonly status: string }[] }>, () => null);
    if (body?.items && body.items.length > 0 && body.items.every(({ status }) => status === 'Active')) return;
    await new Promise((resolve) => { setTimeout(resolve, lookEveryMs); });
  }
  throw new Error(`nothing is Active after ${limitMs / 1000} s`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
