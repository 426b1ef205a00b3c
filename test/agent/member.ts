/** A real agent in a directory of its own, with the reconciler's end of its link in the test's hand. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { startAgent, type RunningAgent } from '../../agent/agent.ts';
import { systemClock } from '../../agent/clock.ts';
import { readConfig } from '../../agent/config.ts';
import { parseJoin, type LaunchSettings } from '../../agent/join.ts';
import type { Log } from '../../agent/operations/operation.ts';
import { findMarked } from '../../agent/operations/workload/processes.ts';
import { sealAssignment } from '../../agent/transports/envelope.ts';
import { ReportInbox } from '../../agent/transports/inbox.ts';
import { createIdentity, memberBrokerPassword, memberMaterial, reconcilerBrokerPassword, type InstallationIdentity } from '../../agent/transports/keys.ts';
import { memoryTransport } from '../../agent/transports/memory/memory.ts';
import { mqtt } from '../../agent/transports/mqtt/mqtt.ts';
import { startBroker, type Broker } from '../../agent/transports/mqtt/broker.ts';
import type { MemberAddress, ReconcilerLink, Transport } from '../../agent/transports/transport.ts';
import { memberId } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import { messageBytesMax } from '../../schemas/messages/envelope.ts';
import type { Report } from '../../schemas/messages/report.ts';

export interface MemberOptions {
  readonly artifactsUrl: string;
  readonly settings?: Partial<LaunchSettings>;
  readonly imageDirectory?: string | null;
  /** `process`: as the provider starts it, over an embedded broker. */
  readonly as?: 'process' | 'in-process';
}

export const defaultSettings: LaunchSettings = {
  properties: {}, extensions: {}, metadataKeys: ['url'], needsArtifact: true,
  ports: [{ name: 'http', protocol: 'http', port: 8080 }],
  health: { port: 'http', path: '/healthz', everyMs: 200, failures: 2 },
  timeouts: { startMs: 10_000, drainMs: 2000, extensionMs: 5000 },
  resources: { cpu: null, memoryBytes: null },
};

export class TestMember {
  readonly directory: string;
  readonly identity: InstallationIdentity = createIdentity();
  readonly address: MemberAddress;
  readonly reports: Report[] = [];
  last: Report | null = null;
  exitCode: number | null = null;
  readonly memory = memoryTransport();
  #options: MemberOptions;
  #link: ReconcilerLink | null = null;
  #broker: Broker | null = null;
  #agent: { stop(): void; kill(): Promise<void>; readonly ended: Promise<number>; readonly pid: number } | null = null;
  #counter = 0;
  #sequence = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(directory: string, options: MemberOptions) {
    this.directory = directory;
    this.#options = options;
    this.address = { shard: 3, tenant: 'default', application: 'shop', cluster: 'web', member: memberId('shop-web-0-1-abc') };
  }

  static async start(options: MemberOptions): Promise<TestMember> {
    const member = new TestMember(await mkdtemp(joinPath(tmpdir(), 'stratos-agent-')), options);
    await member.#listen();
    await member.writeJoin();
    await member.launch();
    return member;
  }

  async writeJoin(): Promise<void> {
    const { memberKey, verifyingKey } = memberMaterial(this.identity, this.address.member);
    const { artifactsUrl, imageDirectory = null, settings = {} } = this.#options;
    const brokerUrl = this.#broker === null ? 'memory://test'
      : `mqtt://${this.address.member}:${memberBrokerPassword(this.identity, this.address.member)}@127.0.0.1:${this.#broker.port}`;
    const join = {
      installation: this.identity.installation, member: this.address.member, address: this.address, brokerUrl, memberKey,
      reconcilerPublicKey: verifyingKey, artifactsUrl, imageDirectory, reportEveryMs: 200,
      launch: { application: 'default/shop', cluster: 'default/shop/np/web', settings: { ...defaultSettings, ...settings } },
    };
    await writeFile(joinPath(this.directory, 'join.json'), JSON.stringify(join), { mode: 0o600 });
  }

  /** Starts the agent, again when it has ended. */
  async launch(): Promise<void> {
    this.exitCode = null;
    this.#agent = this.#broker === null ? await this.#inProcess() : this.#asProcess();
    void this.#note(this.#agent.ended);
  }

  /** A whole wish; what is not said is empty. */
  async assign(wish: Partial<Assignment>, generation = { epoch: 1, counter: this.#counter += 1 }): Promise<Assignment> {
    const assignment: Assignment = {
      generation, artifacts: [], peers: [], imports: {}, environment: {}, duty: 'serve',
      timeouts: (this.#options.settings ?? {}).timeouts ?? defaultSettings.timeouts, ...wish,
    };
    await this.#link?.assign(this.address, this.seal(assignment));
    return assignment;
  }

  seal(assignment: Assignment): Uint8Array {
    return sealAssignment(assignment, this.identity, {
      member: this.address.member, epoch: Math.max(assignment.generation.epoch, 1), shard: 3, sequence: this.#sequence += 1, time: new Date(0).toISOString(),
    });
  }

  send(message: Uint8Array): Promise<void> {
    return this.#link?.assign(this.address, message) ?? Promise.resolve();
  }

  /** Assigns and waits until every wish holds. */
  async apply(wish: Partial<Assignment>): Promise<Report> {
    const { generation } = await this.assign(wish);
    return this.until((report) => report.applied?.counter === generation.counter && report.applied.epoch === generation.epoch);
  }

  /** The next report, or the last, that is so. */
  async until(isSo: (report: Report) => boolean): Promise<Report> {
    while (this.last === null || !isSo(this.last)) await this.#next();
    return this.last;
  }

  async untilEnded(): Promise<number> {
    while (this.exitCode === null) await this.#next();
    return this.exitCode;
  }

  /** What the marks of its workload's processes begin with. */
  get mark(): string {
    return `${this.identity.installation}/${this.address.member}/`;
  }

  get url(): string {
    return this.last?.endpoints[0]?.url ?? 'http://no-endpoint';
  }

  get text(): (path?: string) => Promise<string> {
    return async (path = '/') => (await fetch(this.url + path)).text();
  }

  get pid(): number {
    return this.#agent?.pid ?? 0;
  }

  stop(): void {
    this.#agent?.stop();
  }

  /** Ends the agent's life at once, as a crash would. */
  async kill(): Promise<void> {
    await this.#agent?.kill();
  }

  async close(): Promise<void> {
    if (this.exitCode === null) {
      this.stop();
      await this.untilEnded();
    }
    await this.#link?.close();
    await this.#broker?.close();
    const left = await findMarked(this.mark);
    for (const id of left) process.kill(id, 'SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }

  async #listen(): Promise<void> {
    let transport: Transport = this.memory;
    let url = 'memory://test';
    if (this.#options.as === 'process') {
      this.#broker = await startBroker({
        installation: this.identity.installation, host: '127.0.0.1', port: 0, reconcilerPassword: reconcilerBrokerPassword(this.identity),
        memberPassword: (member) => memberBrokerPassword(this.identity, member), messageBytesMax, connectionsMax: 10, onRefused: () => undefined,
      });
      transport = mqtt;
      url = `mqtt://${this.identity.installation}:${reconcilerBrokerPassword(this.identity)}@127.0.0.1:${this.#broker.port}`;
    }
    const inbox = new ReportInbox(this.identity, (member) => member === this.address.member);
    let connected: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      connected = resolve;
    });
    this.#link = await transport.connectReconciler({
      url, installation: this.identity.installation, messageBytesMax, shards: [3], onRefused: () => undefined,
      onState: (state) => state.connected && connected(),
      onReport: (message) => {
        const opened = inbox.open(message);
        if (!opened.ok) return;
        this.reports.push(opened.body);
        this.last = opened.body;
        this.#changed();
      },
    });
    await ready;
  }

  async #inProcess(): Promise<RunningAgent & { readonly pid: number }> {
    const { readFile } = await import('node:fs/promises');
    const join = parseJoin(await readFile(joinPath(this.directory, 'join.json'), 'utf8'));
    const agent = await startAgent({
      memberDirectory: this.directory, join, config: readConfig({}), clock: systemClock, log: silent, transport: this.memory,
    });
    return { ...agent, pid: process.pid };
  }

  #asProcess(): { stop(): void; kill(): Promise<void>; readonly ended: Promise<number>; readonly pid: number } {
    const main = joinPath(import.meta.dirname, '../../agent/main.ts');
    const child = spawn(process.execPath, [main, this.directory], {
      env: { STRATOS_MEMBER_ID: this.address.member, PATH: '/usr/bin:/bin', UNWANTED: 'secret' }, stdio: 'ignore', detached: true,
    });
    const ended = new Promise<number>((resolve) => {
      child.once('exit', (code) => resolve(code ?? -1));
    });
    return {
      ended, pid: child.pid ?? 0,
      stop: () => void child.kill('SIGTERM'),
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  async #note(ended: Promise<number>): Promise<void> {
    this.exitCode = await ended;
    this.#changed();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const silent: Log = process.env['STRATOS_TEST_LOG'] === '1' ? { info: console.error, warn: console.error, error: console.error }
  : { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Asks without pause until told to stop; counts what failed. */
export class RequestLoop {
  total = 0;
  readonly failures: string[] = [];
  readonly answers = new Set<string>();
  #going = true;
  readonly #loops: Promise<void>[];

  constructor(url: string, concurrency = 4) {
    this.#loops = Array.from({ length: concurrency }, () => this.#run(url));
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#loops);
  }

  async #run(url: string): Promise<void> {
    while (this.#going) {
      this.total += 1;
      try {
        const response = await fetch(url);
        const text = await response.text();
        if (response.status === 200) this.answers.add(text);
        else this.failures.push(`${response.status} ${text}`);
      } catch (error) {
        this.failures.push(String((error as Error).cause ?? error));
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
