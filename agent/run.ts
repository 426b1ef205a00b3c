/**
 * The loop: take a step, do it, fold the outcome, say what has changed; sleep when there is nothing to do.
 * Invariants: one operation at a time (a download runs beside it); the state is on disk before anything that rests on it
 * is done; no trouble of operations or broker ends the loop.
 */

import { importedValues } from './environment.ts';
import { fold, type Mind } from './fold.ts';
import { look } from './look.ts';
import type { Body, Outcome } from './operations/operation.ts';
import { perform } from './operations/perform.ts';
import { abandons, keyOf, servingOf, step, type Operation } from './step.ts';
import type { Digest } from '../schemas/ids.ts';
import type { Assignment } from '../schemas/messages/assignment.ts';
import type { Serving } from '../schemas/messages/report.ts';
import { forward } from './state.ts';

interface Running {
  readonly operation: Operation;
  readonly controller: AbortController;
}

export interface LoopWays {
  readonly body: Body;
  /** Persists the state; a failure is retried with the next change. */
  save(mind: Mind): Promise<void>;
  /** Something that a report says may have changed. */
  onChange(): void;
}

export class Loop {
  readonly #ways: LoopWays;
  #mind: Mind;
  #saved: Mind['state'] | null = null;
  #running: Running | null = null;
  #fetching: (Running & { readonly digest: Digest }) | null = null;
  #remark = '';
  #wakeUp: () => void = () => undefined;
  #woken = false;

  constructor(ways: LoopWays, mind: Mind) {
    this.#ways = ways;
    this.#mind = mind;
  }

  get mind(): Mind {
    return this.#mind;
  }

  get serving(): Serving {
    return servingOf(this.#look(), this.#running?.operation ?? null);
  }

  /** Why not everything that is wanted is so. */
  get remark(): string {
    const { workload } = this.#ways.body;
    const trouble = workload.state === 'down' || workload.state === 'unhealthy' ? workload.trouble : '';
    const doing = this.#running === null ? '' : doings[this.#running.operation.kind] ?? '';
    return [trouble, doing, this.#remark].filter(Boolean).join('; ');
  }

  /** A newer wish, already opened and found good. */
  assign(assignment: Assignment): void {
    const { state } = this.#mind;
    const values = importedValues(assignment, state.importedValues);
    this.#mind = { ...this.#mind, state: { ...state, wanted: assignment, importedValues: values }, attempts: new Map() };
    this.wake();
  }

  /** Something has happened: look again. */
  wake(): void {
    this.#abandonOutdated();
    this.#woken = true;
    this.#wakeUp();
    this.#ways.onChange();
  }

  /** Runs until the agent is to end; resolves with the exit code. */
  async run(): Promise<number> {
    for (;;) {
      await this.#save();
      this.#woken = false;
      const { clock } = this.#ways.body;
      const next = step(this.#look(), this.#mind.state.wanted, clock.monotonicMs());
      this.#setRemark(next.remark);
      if (next.operation === null) await this.#sleep(next.askAgainAtMs);
      else if (next.operation.kind === 'fetch') this.#fetch(next.operation);
      else {
        const outcome = await this.#perform(next.operation);
        if (outcome.kind === 'ended') return this.#end(next.operation, outcome.exitCode);
      }
    }
  }

  async #perform(operation: Operation): Promise<Outcome> {
    const running = { operation, controller: new AbortController() };
    this.#running = running;
    const { state } = this.#mind;
    if (operation.kind === 'start') this.#mind = { ...this.#mind, state: { ...state, status: forward(state.status, 'starting') } };
    this.#ways.onChange();
    const outcome = await perform(this.#ways.body, operation, running.controller.signal);
    this.#running = null;
    this.#fold(operation, outcome);
    return outcome;
  }

  #fetch(operation: Operation & { readonly kind: 'fetch' }): void {
    const fetching = { operation, controller: new AbortController(), digest: operation.artifact.digest };
    this.#fetching = fetching;
    void this.#fetched(operation, fetching.controller.signal);
  }

  async #fetched(operation: Operation, signal: AbortSignal): Promise<void> {
    const outcome = await perform(this.#ways.body, operation, signal);
    this.#fetching = null;
    this.#fold(operation, outcome);
    this.wake();
  }

  #fold(operation: Operation, outcome: Outcome): void {
    const { clock, log } = this.#ways.body;
    const quiet = operation.kind === 'settle' || operation.kind === 'tell-peers';
    if (outcome.kind === 'again') log.warn({ operation: keyOf(operation), why: outcome.why }, 'not done');
    else if (outcome.kind === 'refused') log.warn({ operation: keyOf(operation), why: outcome.reason }, 'refused');
    else if (!quiet) log.info({ operation: keyOf(operation) }, 'done');
    this.#mind = fold(this.#mind, operation, outcome, { ms: clock.monotonicMs(), jitter: clock.randomBetween(0, 1000) / 1000 });
    this.#ways.onChange();
  }

  #end(operation: Operation, exitCode: number): Promise<number> {
    this.#fetching?.controller.abort();
    const { state } = this.#mind;
    if (operation.kind === 'shut-down') this.#mind = { ...this.#mind, state: { ...state, status: forward(state.status, 'terminated') } };
    else if (operation.kind === 'give-up') this.#remark = operation.why;
    return this.#save().then(() => exitCode);
  }

  #abandonOutdated(): void {
    const nowMs = this.#ways.body.clock.monotonicMs();
    for (const running of [this.#running, this.#fetching]) {
      if (running !== null && abandons(running.operation, this.#look(), this.#mind.state.wanted, nowMs)) running.controller.abort();
    }
  }

  #look(): ReturnType<typeof look> {
    return look(this.#ways.body, this.#mind, this.#fetching?.digest ?? null);
  }

  async #save(): Promise<void> {
    if (this.#saved === this.#mind.state) return;
    const { state } = this.#mind;
    await this.#ways.save(this.#mind);
    this.#saved = state;
  }

  #setRemark(remark: string): void {
    if (remark === this.#remark) return;
    this.#remark = remark;
    this.#ways.onChange();
  }

  async #sleep(untilMs: number | null): Promise<void> {
    if (this.#woken) return;
    const { clock } = this.#ways.body;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(Math.min(Math.max((untilMs ?? Infinity) - clock.monotonicMs(), 1), longestSleepMs), resolve);
      this.#wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** What is said while an operation runs that takes a while. */
const doings: Readonly<Partial<Record<Operation['kind'], string>>> = {
  start: 'starting the workload', swap: 'exchanging the artifact', heal: 'restarting the workload', 'shut-down': 'shutting down',
};

/** How long the loop sleeps at most: what becomes quiet while draining announces itself by no event. */
const longestSleepMs = 1000;
