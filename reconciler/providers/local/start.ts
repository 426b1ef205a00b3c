/**
 * Starting a member once. The order on disk is directory, process, record; all under the lock. A crash after the directory
 * leaves nothing alive: the next try starts the agent. A crash after the process leaves an agent that carries its tags:
 * the next try writes its record. Invariant: an agent that was started and has ended is not started again.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JoinConfiguration } from '../../contracts/provider.ts';
import type { Launch } from '../../model/launch.ts';
import type { Confinement } from './confinement.ts';
import type { LocalProviderOptions } from './options.ts';
import { isAgent, joinFile, memberOf, tagsOf, type Machine } from './owned.ts';
import { replaceFile } from './records.ts';

const running: Started = { refused: Promise.resolve(null) };

/** What an agent needs beside the limit of its workload. */
const agentMemoryBytes = 64 * 1024 * 1024;

export interface Start {
  readonly launch: Launch;
  readonly join: JoinConfiguration;
  readonly imageDirectory: string;
  /** Called when an agent that was started now ends, as long as this process lives. */
  readonly onExit: () => void;
}

export interface Started {
  /** Why the system refused to start the program; null when it runs. */
  readonly refused: Promise<string | null>;
}

/** Starts the agent unless it was started before. @throws Error when its directory or its record cannot be written. */
export function startOnce(machine: Machine, confinement: Confinement, options: LocalProviderOptions, start: Start): Started {
  const { launch } = start;
  const { member } = launch;
  if (machine.records.read(member) !== null) return running;
  const tags = tagsOf(launch, options.installation);
  const orphan = machine.processes.snapshot({ fresh: true }).find((process) => isAgent(process) && memberOf(machine, process) === member);
  const drainMs = launch.settings.timeouts.drainMs;
  if (orphan !== undefined) {
    machine.records.write(member, { tags, process: { pid: orphan.pid, birth: orphan.birth }, drainMs, user: confinement.users === null ? null : statSync(`/proc/${orphan.pid}`).uid });
    return running;
  }
  const user = freeUser(machine, confinement);
  prepareDirectory(machine, start, user);
  const child = spawnAgent(machine, confinement, options, { launch, user, tags: JSON.stringify(tags) });
  child.unref();
  child.once('exit', start.onExit);
  const refused = new Promise<string>((resolve) => void child.once('error', (error) => resolve(error.message)));
  if (child.pid === undefined) return { refused };
  enterGroup(confinement, options, launch, child.pid);
  const birth = machine.processes.birthOf(child.pid) ?? 'ended at once';
  machine.records.write(member, { tags, process: { pid: child.pid, birth }, drainMs, user });
  return running;
}

function freeUser(machine: Machine, { users }: Confinement): number | null {
  if (users === null) return null;
  const taken = new Set(machine.records.members().map((member) => machine.records.read(member)?.user));
  for (let user = users.from; user <= users.to; user += 1) if (!taken.has(user)) return user;
  throw new Error(`all user ids from ${users.from} to ${users.to} are taken by members`);
}

function prepareDirectory(machine: Machine, { launch, join: configuration, imageDirectory }: Start, user: number | null): void {
  const directory = machine.places.member(launch.member);
  const temporary = join(directory, 'tmp');
  for (const path of [directory, temporary]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }
  const file = joinFile(machine.places, launch.member);
  replaceFile(file, { ...configuration, launch, imageDirectory });
  if (user !== null) for (const path of [directory, temporary, file]) chownSync(path, user, user);
}

function spawnAgent(
  machine: Machine, confinement: Confinement, options: LocalProviderOptions, of: { launch: Launch; user: number | null; tags: string },
): ChildProcess {
  const { member } = of.launch;
  const directory = machine.places.member(member);
  const [program, ...rest] = confinement.bounded([...options.agentCommand, directory]);
  const log = openSync(join(directory, 'agent.log'), 'a', 0o600);
  try {
    return spawn(program, rest, {
      cwd: directory,
      detached: true,
      stdio: ['ignore', log, log],
      ...(of.user === null ? {} : { uid: of.user, gid: of.user }),
      env: {
        ...options.agentEnvironment,
        PATH: `${dirname(options.agentCommand[0])}:/usr/local/bin:/usr/bin:/bin`,
        LANG: 'C.UTF-8',
        HOME: directory,
        TMPDIR: join(directory, 'tmp'),
        STRATOS_MEMBER_ID: member,
        STRATOS_INSTALLATION: options.installation,
        // An agent whose record is lost is still known by what it carries.
        STRATOS_MEMBER_TAGS: of.tags,
      },
    });
  } finally {
    closeSync(log);
  }
}

function enterGroup(confinement: Confinement, options: LocalProviderOptions, { member, settings }: Launch, pid: number): void {
  const { memoryBytes } = settings.resources;
  try {
    confinement.groups.enter(member, pid, { memoryBytes: memoryBytes === null ? null : memoryBytes + agentMemoryBytes });
  } catch (error) {
    options.onRemark(`${member} runs without a control group of its own: ${(error as Error).message}`);
  }
}
