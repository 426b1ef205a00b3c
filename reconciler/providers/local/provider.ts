/**
 * The local provider: members are agent processes on this machine, each with a directory, a session and marks of its own.
 * It keeps no truth in memory: a provider made anew over the same folder finds all members by what is on the machine.
 */

import { accessSync, constants } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemberId } from '../../../schemas/ids.ts';
import type { Inventory, InventoryItem, JoinConfiguration, Provider } from '../../contracts/provider.ts';
import type { DesiredPartition } from '../../model/desired.ts';
import type { Launch } from '../../model/launch.ts';
import { done, type Outcome } from '../../model/outcome.ts';
import { openConfinement, type Confinement } from './confinement.ts';
import { findImage } from './images.ts';
import { lookAround, tagged } from './list.ts';
import { alone } from './lock.ts';
import { defaultPollMs, defaultStopGraceMs, type LocalProviderOptions } from './options.ts';
import type { Machine } from './owned.ts';
import { memberIn, placesIn } from './places.ts';
import { PortBook } from './ports.ts';
import { openProcessTable } from './processes.ts';
import { Records } from './records.ts';
import { startOnce } from './start.ts';
import { stopMember } from './stop.ts';
import { MemberWatch } from './watch.ts';

const lockWaitMs = 2_000;
const retryMs = 2_000;
const capacityRetryMs = 30_000;

/** @throws Error when the data directory cannot be made. */
export function createLocalProvider(options: LocalProviderOptions): Provider {
  return new LocalProvider(options);
}

class LocalProvider implements Provider {
  readonly iaas = 'local';
  readonly name;
  readonly supports: Provider['supports'];
  readonly remarks: readonly string[];
  readonly #options: LocalProviderOptions;
  readonly #machine: Machine;
  readonly #confinement: Confinement;
  readonly #ports: PortBook;
  readonly #watch: MemberWatch;
  /** What is being done to a member, so that starting and ending the same one do not mix. */
  readonly #turns = new Map<MemberId, Promise<unknown>>();
  readonly #releases = new Map<MemberId, Promise<Outcome>>();
  #closed = false;

  constructor(options: LocalProviderOptions) {
    const places = placesIn(options.dataDirectory);
    places.make();
    const processes = openProcessTable();
    this.name = options.name;
    this.#options = options;
    this.#confinement = openConfinement(options, places.members, processes);
    this.#machine = { installation: options.installation, places, records: new Records(places), processes, groups: this.#confinement.groups };
    this.#ports = new PortBook({ file: places.ports, loadBalancerPort: options.loadBalancerPort, clock: options.clock, onRemark: options.onRemark });
    this.#watch = new MemberWatch(this.#machine, { clock: options.clock, pollMs: options.pollMs ?? defaultPollMs });
    this.remarks = this.#confinement.remarks;
    this.supports = new Set(['members', ...(this.#confinement.groups.limits ? ['limits' as const] : []), ...(this.#confinement.users === null ? [] : ['own-user' as const])] as const);
    void this.#emptyTrash();
  }

  async list(): Promise<Inventory> {
    const asOfMs = this.#options.clock.nowMs();
    try {
      const { items, unclear } = lookAround(this.#machine);
      if (unclear.length === 0) return { items, complete: true, asOfMs, failure: null };
      // Nobody is starting anything while the lock is ours: what is unclear now has ended.
      return { items: await this.#alone(() => lookAround(this.#machine).items), complete: true, asOfMs, failure: null };
    } catch (error) {
      return { items: [] as readonly InventoryItem[], complete: false, asOfMs, failure: (error as Error).message };
    }
  }

  ensure(launch: Launch, join: JoinConfiguration): Promise<Outcome> {
    return this.#inTurn(launch.member, () => this.#ensure(launch, join));
  }

  release(member: MemberId): Promise<Outcome> {
    const running = this.#releases.get(member);
    if (running) return running;
    const release = this.#inTurn(member, () => this.#release(member)).finally(() => this.#releases.delete(member));
    this.#releases.set(member, release);
    return release;
  }

  async check(partition: DesiredPartition): Promise<readonly string[]> {
    const image = findImage(this.#options.imageRoots, partition.launch.image);
    return [...('problem' in image ? [image.problem] : []), ...this.#troubles()];
  }

  async watch(onHint: () => void): Promise<{ close(): Promise<void> }> {
    const remove = this.#watch.add(onHint);
    return { close: async () => remove() };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.close();
    await Promise.allSettled(this.#turns.values());
  }

  async #ensure(launch: Launch, join: JoinConfiguration): Promise<Outcome> {
    if (this.#closed) return this.#again('the provider is closed');
    if (memberIn(launch.member) === null) return { kind: 'stalled', why: `${JSON.stringify(launch.member)} cannot be the name of a member` };
    const image = findImage(this.#options.imageRoots, launch.settings.image);
    if ('problem' in image) return { kind: 'stalled', why: image.problem };
    try {
      if (this.#machine.records.read(launch.member) !== null) return done;
      const [trouble] = this.#troubles();
      if (trouble !== undefined) return { kind: 'stalled', why: trouble };
      const full = this.#capacity(launch);
      if (full !== null) return full;
      const placed = await this.#withHostPorts(launch);
      if ('problem' in placed) return { kind: 'stalled', why: placed.problem };
      const start = { launch: placed.launch, join, imageDirectory: image.directory, onExit: () => this.#watch.hint() };
      const started = await this.#alone(() => startOnce(this.#machine, this.#confinement, this.#options, start));
      const refused = await started.refused;
      return refused === null ? done : this.#again(`its agent could not be started: ${refused}`);
    } catch (error) {
      return this.#again((error as Error).message);
    }
  }

  /** What keeps every member from being started here. */
  #troubles(): readonly string[] {
    const [program, ...rest] = this.#options.agentCommand;
    const files = rest.filter((argument) => argument.startsWith('/')).map((file) => () => accessSync(file, constants.R_OK));
    return [() => this.#machine.places.make(), () => accessSync(this.#machine.places.members, constants.W_OK), () => accessSync(program, constants.X_OK), ...files].flatMap((look) => {
      try {
        look();
        return [];
      } catch (error) {
        return [`members cannot be started here: ${(error as Error).message}`];
      }
    });
  }

  async #release(member: MemberId): Promise<Outcome> {
    if (this.#closed) return this.#again('the provider is closed');
    if (memberIn(member) === null) return done;
    const { clock, stopGraceMs: graceMs = defaultStopGraceMs } = this.#options;
    try {
      return await stopMember(this.#machine, member, { clock, graceMs, isClosed: () => this.#closed });
    } catch (error) {
      return this.#again((error as Error).message);
    }
  }

  #capacity({ member, partition, settings }: Launch): Outcome | null {
    const capacity = Number(settings.properties['capacity'] ?? Infinity);
    const standing = tagged(this.#machine, (tags) => tags.partition === partition).filter((other) => other !== member).length;
    if (!(standing >= capacity)) return null;
    return { kind: 'no-capacity', untilMs: this.#options.clock.nowMs() + capacityRetryMs, why: `${partition} has room for ${capacity} and holds ${standing}` };
  }

  /** The launch as the agent gets it; its digest stays that of what was asked for. */
  async #withHostPorts(launch: Launch): Promise<{ launch: Launch } | { problem: string }> {
    if (launch.settings.category !== 'load-balancer') return { launch };
    const inUse = new Set(this.#machine.records.members().flatMap((member) => this.#machine.records.read(member)?.tags.cluster ?? []));
    const answer = await this.#ports.portsFor(launch, inUse);
    if ('problem' in answer) return answer;
    const properties = { ...launch.settings.properties, hostPorts: answer.hostPorts };
    return { launch: { ...launch, settings: { ...launch.settings, properties } } };
  }

  #again(why: string): Outcome {
    return { kind: 'again', atMs: this.#options.clock.nowMs() + retryMs, why };
  }

  #alone<Result>(run: () => Result): Promise<Result> {
    return alone(this.#machine.places.lock, { clock: this.#options.clock, waitMs: lockWaitMs }, run);
  }

  async #inTurn<Result>(member: MemberId, run: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(member) ?? Promise.resolve()).then(run);
    const settled = turn.catch(() => undefined);
    this.#turns.set(member, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(member) === settled) this.#turns.delete(member);
    }
  }

  /** Directories that a former provider had no time to remove. */
  async #emptyTrash(): Promise<void> {
    const { trash } = this.#machine.places;
    for (const name of await readdir(trash).catch(() => [])) await rm(join(trash, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
