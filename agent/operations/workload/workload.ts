/**
 * The workload: starting it, watching it, ending it. One life at a time; a life has a mark by which all its processes
 * are found again. It runs in the agent's process group, so that whoever ends the group ends both.
 * Invariants: at most one life; after `stop` nothing of it runs; a life that ends unasked makes the state `down`.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pause, type Clock } from '../../clock.ts';
import type { LaunchSettings } from '../../join.ts';
import { Tail } from '../extensions/output.ts';
import { probe, type HealthCheck } from './health.ts';
import { findMarked, killMarked, signalMarked } from './processes.ts';

/** How a life is begun. */
export interface Beginning {
  readonly file: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mark: string;
  readonly ports: ReadonlyMap<string, number>;
  readonly startMs: number;
}

interface Life {
  readonly beginning: Beginning;
  readonly child: ChildProcess;
  readonly errors: Tail;
  readonly exited: Promise<void>;
  /** How it ended; null while it runs. */
  ended: string | null;
  /** `leaving`: its end is wanted. */
  phase: 'starting' | 'up' | 'leaving';
}

const startPollMs = 100;
const checkTimeoutMs = 1000;
const failuresKept = 8;

export class Workload {
  state: 'none' | 'up' | 'unhealthy' | 'down' = 'none';
  /** By the monotonic clock, the oldest first. */
  failuresMs: readonly number[] = [];
  /** Why it is not up, one line. */
  trouble = '';
  readonly #clock: Clock;
  readonly #settings: LaunchSettings;
  readonly #logs: { readonly out: Writable; readonly error: Writable };
  readonly #onChange: () => void;
  #life: Life | null = null;
  #ports: ReadonlyMap<string, number> = new Map();
  #stopWatching: () => void = () => undefined;

  constructor(settings: LaunchSettings, logs: { readonly out: Writable; readonly error: Writable }, clock: Clock, onChange: () => void) {
    this.#settings = settings;
    this.#logs = logs;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Starts a life and waits until it is healthy. Null when it is; else why not, and nothing of it runs any more. */
  async start(beginning: Beginning, signal: AbortSignal): Promise<string | null> {
    const life = this.#spawn(beginning);
    this.#life = life;
    this.#ports = beginning.ports;
    const trouble = await this.#untilHealthy(life, signal);
    if (trouble !== null) {
      await this.stop(0);
      return trouble;
    }
    life.phase = 'up';
    this.state = 'up';
    this.trouble = '';
    this.#watch(life);
    return null;
  }

  /** Ends the life: SIGTERM, and after `graceMs` SIGKILL, to every process of it. Resolves when nothing of it is left. */
  async stop(graceMs: number): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#stopWatching();
    life.phase = 'leaving';
    const { mark } = life.beginning;
    if (graceMs > 0) {
      const deadlineMs = this.#clock.monotonicMs() + graceMs;
      life.child.kill('SIGTERM');
      await signalMarked(mark, 'SIGTERM');
      await Promise.race([life.exited, pause(this.#clock, graceMs)]);
      // A script may have ended before the server that it started.
      while (this.#clock.monotonicMs() < deadlineMs && (await findMarked(mark)).length > 0) await pause(this.#clock, 50);
    }
    life.child.kill('SIGKILL');
    await killMarked(mark);
    await life.exited;
    this.#life = null;
  }

  /** Notes that it could not be brought up again. */
  fail(why: string): void {
    this.state = 'down';
    this.trouble = why;
    this.failuresMs = [...this.failuresMs, this.#clock.monotonicMs()].slice(-failuresKept);
  }

  /** Kills everything at once; for an agent that must end now. */
  kill(): void {
    this.#life?.child.kill('SIGKILL');
  }

  /** One check now. Null when it is well. */
  async check(): Promise<string | null> {
    const life = this.#life;
    if (life === null || life.ended !== null) return this.trouble || 'the workload does not run';
    const troubles = await Promise.all(this.#startChecks(life).map((check) => probe(check, checkTimeoutMs)));
    return troubles.find((trouble) => trouble !== null) ?? null;
  }

  /** Port name → private port of the present or last life. */
  get ports(): ReadonlyMap<string, number> {
    return this.#ports;
  }

  get isRunning(): boolean {
    return this.#life !== null && this.#life.ended === null;
  }

  get processId(): number | null {
    return this.#life?.child.pid ?? null;
  }

  #spawn(beginning: Beginning): Life {
    const child = spawn(beginning.file, [], { cwd: beginning.cwd, env: { ...beginning.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = new Tail();
    child.stdout.pipe(this.#logs.out, { end: false });
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk)).pipe(this.#logs.error, { end: false });
    const exited = new Promise<void>((resolve) => {
      const end = (how: string): void => {
        life.ended ??= how;
        resolve();
        if (life.phase === 'up') this.#onDown(life);
      };
      child.once('error', (error) => end(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => end(signal === null ? `exited with ${code}` : `was ended by ${signal}`));
    });
    const life: Life = { beginning, child, errors, exited, ended: null, phase: 'starting' };
    return life;
  }

  async #untilHealthy(life: Life, signal: AbortSignal): Promise<string | null> {
    const deadlineMs = this.#clock.monotonicMs() + life.beginning.startMs;
    const checks = this.#startChecks(life);
    let last = '';
    while (this.#clock.monotonicMs() < deadlineMs) {
      await Promise.race([pause(this.#clock, startPollMs, signal), life.exited]);
      if (life.ended !== null) {
        // What it wrote last may still be under way through the pipe.
        await pause(this.#clock, startPollMs);
        return said(`the workload ${life.ended}`, life);
      }
      if (signal.aborted) return 'the start was given up';
      const troubles = await Promise.all(checks.map((check) => probe(check, checkTimeoutMs)));
      if (life.ended !== null) continue;
      last = troubles.find((trouble) => trouble !== null) ?? '';
      if (last === '') return null;
    }
    return said(`the workload was not healthy within ${Math.round(life.beginning.startMs)} ms (${last})`, life);
  }

  #startChecks(life: Life): readonly HealthCheck[] {
    const health = this.#check(life);
    if (health !== null) return [health];
    return [...life.beginning.ports.values()].map((port) => ({ port, path: null }));
  }

  #check(life: Life): HealthCheck | null {
    const { health } = this.#settings;
    const port = health === null ? undefined : life.beginning.ports.get(health.port);
    return health === null || port === undefined ? null : { port, path: health.path };
  }

  #watch(life: Life): void {
    const { health } = this.#settings;
    const check = this.#check(life);
    let failures = 0;
    let cancel: () => void = () => undefined;
    this.#stopWatching = () => cancel();
    if (health === null || check === null) return;
    const round = async (): Promise<void> => {
      const trouble = await probe(check, Math.min(health.everyMs, 5000));
      if (life.phase !== 'up' || life.ended !== null) return;
      failures = trouble === null ? 0 : failures + 1;
      if (failures >= health.failures && this.state === 'up') {
        this.fail(`${health.failures} health checks in a row failed: ${trouble}`);
        this.state = 'unhealthy';
        this.#onChange();
      }
      cancel = this.#clock.after(health.everyMs, () => void round());
    };
    cancel = this.#clock.after(health.everyMs, () => void round());
  }

  #onDown(life: Life): void {
    this.#stopWatching();
    this.fail(said(`the workload ${life.ended}`, life));
    this.#onChange();
  }
}

function said(what: string, life: Life): string {
  const lines = life.errors.lastLines();
  return lines === '' ? what : `${what}: ${lines}`;
}
