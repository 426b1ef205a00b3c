/**
 * A real platform, started as a user would: `stratos up` as a child with a data directory and ports of its own. Whatever a
 * test does, nothing of it is left: `end` kills what still runs and removes the directory, also when the tests are cut short.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeExampleRepositories } from '../../../reconciler/supervisor/example.ts';
import { clustersOf, openApi, type Api } from './api.ts';
import { freePorts } from './free-ports.ts';
import { killEverything, partsOf, signal, type Part } from './processes.ts';
import { openWorkplace, type Changes } from './repository.ts';
import { tailOf, tailsIn } from './tail.ts';
import { until, type Waiting } from './until.ts';

export const launcher = fileURLToPath(new URL('../../../cli/launch.mjs', import.meta.url));

export interface PlatformOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to the data directory before the first start. */
  readonly configuration?: string;
  /** Pushed to the example's definitions before the first start. */
  readonly definitions?: Changes;
  /** False: `start` is left to the test. */
  readonly started?: boolean;
}

export class Platform {
  readonly dataDirectory: string;
  readonly httpPort: number;
  readonly balancerPort: number;
  readonly api: Api;
  readonly #home: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  readonly #killAtExit = (): void => this.#kill();

  constructor(home: string, ports: readonly [number, number], options: PlatformOptions) {
    this.#home = home;
    this.dataDirectory = join(home, 'data');
    [this.httpPort, this.balancerPort] = ports;
    this.api = openApi(this.url);
    this.#environment = options.environment ?? {};
    mkdirSync(this.dataDirectory, { mode: 0o700 });
    if (options.configuration !== undefined) writeFileSync(join(this.dataDirectory, 'config.yaml'), options.configuration);
    process.once('exit', this.#killAtExit);
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  get shopUrl(): string {
    return `http://127.0.0.1:${this.balancerPort}/`;
  }

  /** A bare repository: `definitions`, or one of an artifact. */
  repository(name: string): string {
    return join(this.dataDirectory, 'repos', name === 'definitions' ? 'definitions.git' : `artifacts/${name}.git`);
  }

  get environment(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const own = { STRATOS_DATA_DIR: this.dataDirectory, STRATOS_HTTP_PORT: String(this.httpPort), STRATOS_LB_PORT: String(this.balancerPort) };
    return { PATH, HOME, ...own, ...this.#environment };
  }

  /** Begins to run it; `isUp` tells when it is there. */
  start(): void {
    const output = openSync(join(this.#home, 'output.txt'), 'a');
    // A process group of its own, as a terminal gives to what is typed there.
    this.#child = spawn(process.execPath, [launcher, 'up'], { env: this.environment, stdio: ['ignore', output, output], detached: true });
    closeSync(output);
  }

  output(): string {
    return readFileSync(join(this.#home, 'output.txt'), 'utf8');
  }

  /** Waits; a deadline that passes ends with all that tells why. */
  until<Value>(what: string, look: () => Promise<Value | false | null | undefined>, deadlineMs = 60_000): Promise<Value> {
    return until(this.#waiting(), what, look, deadlineMs);
  }

  /** The shop is Active, every member serves, and nothing is left to do or held. */
  async isUp(deadlineMs = 90_000): Promise<void> {
    await this.until('the shop is Active and settled', async () => {
      const [shop, plan] = await Promise.all([this.api.shop(), this.api.plan()]);
      const members = clustersOf(shop).flatMap((cluster) => cluster.members);
      return shop?.status === 'Active' && members.every(({ status, serving }) => status === 'active' && serving === 'yes')
        && plan?.actions.length === 0 && plan.holds.length === 0;
    }, deadlineMs);
  }

  /** Ctrl-C as a terminal sends it: to the whole process group. Resolves with the exit code. */
  async interrupt(): Promise<number | null> {
    return this.#sendAndWait((child) => process.kill(-child.pid!, 'SIGINT'));
  }

  /** `kill -9` of the supervisor; its children and the members are left to themselves. */
  async crash(): Promise<void> {
    await this.#sendAndWait((child) => signal(child.pid!, 'SIGKILL'));
  }

  /** `kill -9` of everything at once, members too: as when the machine loses its power. */
  async killAll(): Promise<void> {
    this.#kill();
    await this.crash();
  }

  /** `kill -9` of the reconciler or the broker; resolves when its successor runs. */
  async killPart(part: Exclude<Part, 'supervisor'>): Promise<void> {
    const before = partsOf(this.dataDirectory, part).map(({ pid }) => pid);
    for (const pid of before) signal(pid, 'SIGKILL');
    await this.until(`another ${part} runs`, async () => partsOf(this.dataDirectory, part).some(({ pid }) => !before.includes(pid)));
  }

  /** Stops and removes everything. Never throws for what is gone already. */
  async end(): Promise<void> {
    await this.#sendAndWait((child) => signal(child.pid!, 'SIGINT'), 15_000);
    this.#kill();
    process.removeListener('exit', this.#killAtExit);
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  #kill(): void {
    killEverything(this.dataDirectory);
  }

  async #sendAndWait(send: (child: ChildProcess) => void, deadlineMs = 60_000): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    send(child);
    const timer = setTimeout(() => signal(child.pid!, 'SIGKILL'), deadlineMs);
    const [code] = await ended;
    clearTimeout(timer);
    return code;
  }

  #waiting(): Waiting {
    return { api: this.api, logs: () => [tailOf(join(this.#home, 'output.txt')), tailOf(join(this.dataDirectory, 'reconciler.log'), 40), ...tailsIn(join(this.dataDirectory, 'members'), 'logs/agent.log')] };
  }
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const home = mkdtempSync(join(tmpdir(), 'stratos-system-'));
  const [http = 0, balancer = 0] = await freePorts(2);
  const platform = new Platform(home, [http, balancer], options);
  if (options.started === false) return platform;
  try {
    if (options.definitions) await change(platform, options.definitions);
    platform.start();
    await platform.isUp();
  } catch (error) {
    await platform.end();
    throw error;
  }
  return platform;
}

/** The repositories that the first start would make, and a push to the definitions before it. */
async function change(platform: Platform, changes: Changes): Promise<void> {
  await makeExampleRepositories({ from: fileURLToPath(new URL('../../../repos-example', import.meta.url)), into: join(platform.dataDirectory, 'repos'), nowMs: Date.now() });
  const workplace = await openWorkplace(platform.repository('definitions'));
  await workplace.push(changes);
  workplace.close();
}
