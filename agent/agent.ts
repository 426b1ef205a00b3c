/** One agent put together: its body, its loop, its mail and its reports. Whatever it is connected to is handed in. */

import { mkdir } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Writable } from 'node:stream';
import { messageBytesMax } from '../schemas/messages/envelope.ts';
import type { Clock } from './clock.ts';
import { composeReport } from './compose.ts';
import type { AgentConfig } from './config.ts';
import { placesOf, type Places } from './environment.ts';
import type { Mind } from './fold.ts';
import { spkiOf, type JoinConfiguration } from './join.ts';
import { checkout } from './operations/checkout/index.ts';
import { Gate } from './operations/gate/gate.ts';
import { Meter } from './operations/measure/measure.ts';
import type { Body, Log } from './operations/operation.ts';
import { Outlets } from './operations/outlets/outlets.ts';
import { versionsOnDisk } from './operations/swap/versions.ts';
import { LogFile } from './operations/workload/log-file.ts';
import { killMarked } from './operations/workload/processes.ts';
import { Workload } from './operations/workload/workload.ts';
import { Reporter } from './reporter.ts';
import { Loop } from './run.ts';
import { isPast, readState, writeState, type AgentState } from './state.ts';
import { sealReport } from './transports/envelope.ts';
import { AssignmentInbox } from './transports/inbox.ts';
import { loadMemberKeys, type MemberKeys } from './transports/keys.ts';
import { sequencer } from './transports/sequence.ts';
import type { AgentLink, Transport } from './transports/transport.ts';

export interface AgentOptions {
  readonly memberDirectory: string;
  readonly join: JoinConfiguration;
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: Transport;
}

export interface RunningAgent {
  /** Resolves with the exit code when the agent has ended; by then nothing of it runs any more. */
  readonly ended: Promise<number>;
  /** Asks it to end gracefully. */
  stop(): void;
  /** Ends the workload at once: for an agent that must not go on. */
  kill(): Promise<void>;
}

/** How long the farewell may take. */
const lastReportMs = 1500;

/** Starts an agent in its member directory. @throws Error when its state cannot be read or written. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { join, log, memberDirectory } = options;
  const places = placesOf(memberDirectory);
  for (const directory of [places.artifacts, places.logs, places.run, places.temporary]) await mkdir(directory, { recursive: true, mode: 0o700 });
  const before = await readState(memberDirectory);
  const state: AgentState = { ...before, boots: before.boots + 1 };
  await writeState(memberDirectory, state);
  // What an earlier agent of this member left behind must not serve beside us.
  await killMarked(markOf(join));

  const stopping = new AbortController();
  const agent = new Assembly(options, places, stopping.signal, {
    state, attempts: new Map(),
    facts: { running: null, peersTold: null, onDisk: await versionsOnDisk(places.artifacts), drainDeadlineMs: null },
  });
  log.info({ member: join.member, boots: state.boots }, 'the agent starts');
  return {
    ended: agent.run(),
    stop: () => {
      stopping.abort();
      agent.wake();
    },
    kill: () => agent.kill(),
  };
}

class Assembly {
  readonly #options: AgentOptions;
  readonly #loop: Loop;
  readonly #body: Body;
  readonly #inbox: AssignmentInbox;
  readonly #reporter: Reporter;
  readonly #logs: readonly Writable[];
  readonly #nextSequence: () => number;
  readonly #keys: MemberKeys;
  #link: AgentLink | null = null;
  #linkTrouble = 'not connected to the broker yet';

  constructor(options: AgentOptions, places: Places, stopping: AbortSignal, mind: Mind) {
    const { clock, join, config, log } = options;
    const { boots, wanted } = mind.state;
    this.#options = options;
    const logs = { out: logFile(places, 'stdout'), error: logFile(places, 'stderr'), extensions: logFile(places, 'extensions') };
    this.#logs = Object.values(logs);
    const gate = new Gate(join.launch.settings, clock);
    const workload = new Workload(join.launch.settings, logs, clock, () => this.#onWorkload());
    let lives = 0;
    this.#body = {
      join, config, places, clock, log, extensionLog: logs.extensions, gate, workload, checkout, stopping,
      outlets: new Outlets(clock),
      newMark: () => `${markOf(join)}${boots}.${lives += 1}`,
      state: () => this.#loop.mind.state,
      facts: () => this.#loop.mind.facts,
    };
    this.#nextSequence = sequencer(boots);
    this.#keys = keysOf(join);
    this.#reporter = this.#newReporter();
    this.#loop = new Loop({
      body: this.#body,
      save: (now) => this.#save(now),
      onChange: () => this.#reporter.changed(),
    }, mind);
    this.#inbox = new AssignmentInbox(this.#keys, wanted?.generation ?? null);
  }

  wake(): void {
    this.#loop.wake();
  }

  async run(): Promise<number> {
    await this.#connect();
    const exitCode = this.#loop.mind.state.status === 'terminated' ? 0 : await this.#loop.run();
    await this.#reporter.last(lastReportMs);
    await this.#link?.close().catch(() => undefined);
    for (const file of this.#logs) file.end();
    return exitCode;
  }

  async kill(): Promise<void> {
    this.#body.workload.kill();
    await killMarked(markOf(this.#options.join));
  }

  async #connect(): Promise<void> {
    const { join, transport } = this.#options;
    this.#link = await transport.connectAgent({
      url: join.brokerUrl, installation: join.installation, messageBytesMax,
      address: { ...join.address, member: join.member },
      onState: (state) => {
        this.#linkTrouble = state.connected ? '' : state.reason;
        this.#reporter.changed();
      },
      onRefused: () => this.#reporter.changed(),
      onAssignment: (message) => this.#receive(message),
    });
    this.#reporter.changed();
  }

  #receive(message: Uint8Array): void {
    const opened = this.#inbox.open(message);
    if (opened.ok) return this.#loop.assign(opened.body);
    this.#options.log.warn({ reason: opened.reason, detail: opened.detail }, 'refused a message');
    this.#reporter.changed();
  }

  #onWorkload(): void {
    const { gate, workload } = this.#body;
    // Requests of the next moments wait for the restart; a member that leaves restarts nothing.
    if (workload.state === 'down') {
      const { status } = this.#loop.mind.state;
      if (!isPast(status, 'active')) gate.hold(this.#options.join.launch.settings.timeouts.startMs);
      gate.disconnect();
    }
    this.#loop.wake();
  }

  #newReporter(): Reporter {
    const { clock, join, log } = this.#options;
    const meter = new Meter(join.launch.settings.resources, clock);
    return new Reporter({
      clock, everyMs: join.reportEveryMs,
      compose: async (hello) => composeReport(this.#body, this.#loop.mind, {
        hello, serving: this.#loop.serving, usage: meter.read(), remarks: [this.#loop.remark, this.#refusals()],
      }),
      send: async (report) => {
        if (this.#link === null || this.#linkTrouble !== '') throw new Error(this.#linkTrouble || 'no link');
        await this.#link.report(sealReport(report, this.#keys, {
          shard: join.address.shard, sequence: this.#nextSequence(), time: new Date(clock.nowMs()).toISOString(),
        }));
      },
      onTrouble: (error) => log.info({ error: String(error) }, 'a report did not get through'),
    });
  }

  /** Refused messages by reason. A broker hands out the last message anew at every connection: that is not worth a word. */
  #refusals(): string {
    const counted = [...this.#inbox.refused].filter(([reason]) => reason !== 'replayed');
    return counted.length === 0 ? '' : `refused messages: ${counted.map(([reason, times]) => `${reason} ${times}`).join(', ')}`;
  }

  async #save(mind: Mind): Promise<void> {
    try {
      await writeState(this.#options.memberDirectory, mind.state);
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'the state could not be written');
    }
  }
}

function keysOf({ installation, member, memberKey, reconcilerPublicKey }: JoinConfiguration): MemberKeys {
  return loadMemberKeys({ installation, member, memberKey, verifyingKey: spkiOf(reconcilerPublicKey) });
}

/** What the marks of all lives of this member begin with, on a machine that several platforms may share. */
function markOf({ installation, member }: JoinConfiguration): string {
  return `${installation}/${member}/`;
}

function logFile(places: Places, name: string): LogFile {
  return new LogFile(joinPath(places.logs, `${name}.log`));
}
