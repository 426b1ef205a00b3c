/**
 * What keeps members apart from each other and within bounds, found out once: open files and core dumps through
 * `prlimit`, a user of their own, control groups. What this machine does not allow is a remark for people.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openControlGroups, type ControlGroups } from './cgroups.ts';
import type { LocalProviderOptions } from './options.ts';
import type { ProcessTable } from './processes.ts';

const openFilesMax = 16_384;
const prlimitPaths = ['/usr/bin/prlimit', '/bin/prlimit'];

export interface Confinement {
  readonly groups: ControlGroups;
  /** Users that members may have, one each; null when they share ours. */
  readonly users: { readonly from: number; readonly to: number } | null;
  readonly remarks: readonly string[];
  /** The command line that runs a command within the bounds, as the same process. */
  bounded(command: readonly [string, ...string[]]): readonly [string, ...string[]];
}

export function openConfinement(options: LocalProviderOptions, membersDirectory: string, processes: ProcessTable): Confinement {
  const groups = openControlGroups(options.installation);
  const prlimit = process.platform === 'linux' ? prlimitPaths.find((path) => existsSync(path)) : undefined;
  const users = usableUsers(options, membersDirectory);
  const remarks = [
    processes.seesAll ? null : 'without /proc a member is known by its process id alone: what outlives its agent outside its process group is not found, and an id that the system has given anew can be mistaken',
    prlimit === undefined ? 'open files and core dumps of members are not bounded: prlimit is not installed' : null,
    groups.remark,
    typeof users === 'string' ? `members share the user of the reconciler: ${users}` : null,
  ];
  const bounds = [`--nofile=${openFilesHere()}`, '--core=0', '--'];
  return {
    groups,
    users: typeof users === 'string' ? null : users,
    remarks: remarks.filter((remark) => remark !== null),
    bounded: (command) => (prlimit === undefined ? command : [prlimit, ...bounds, ...command]),
  };
}

/** A bound can be lowered by everybody, and raised by nearly nobody. */
function openFilesHere(): number {
  try {
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return Math.min(openFilesMax, Number(hard ?? openFilesMax));
  } catch {
    return openFilesMax;
  }
}

/** The users, or why members cannot have any. */
function usableUsers(options: LocalProviderOptions, membersDirectory: string): { from: number; to: number } | string {
  const { memberUsers: users, agentCommand, imageRoots } = options;
  if (users === undefined) return 'no range of user ids is configured for members';
  if (process.getuid?.() !== 0) return 'only root can start processes as other users';
  // As the first of them: can it run the program, pass to the members' directories, and read the agent and the images?
  const files = [...agentCommand.slice(1).filter((argument) => argument.startsWith('/')), ...imageRoots];
  const script = 'const { accessSync, constants } = require("node:fs"); for (const path of process.argv.slice(1)) accessSync(path, path.endsWith("/.") ? constants.X_OK : constants.R_OK);';
  const probe = spawnSync(agentCommand[0], ['-e', script, '--', ...files, `${membersDirectory}/.`], {
    uid: users.from, gid: users.from, cwd: '/', env: { PATH: `${dirname(agentCommand[0])}:/usr/bin:/bin` }, encoding: 'utf8', timeout: 10_000,
  });
  if (probe.status === 0) return users;
  const why = /(?:EACCES|ENOENT)[^\n]*/.exec(probe.error?.message ?? probe.stderr)?.[0] ?? `the probe ended with ${probe.status ?? probe.signal}`;
  return `user ${users.from} cannot run agents (${why})`;
}
