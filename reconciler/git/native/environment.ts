/**
 * The environment in which git runs, and nothing of ours besides: no user or system configuration, no hook, no helper,
 * no prompt, no redirect, no protocol but those named. A credential travels here and never on a command line.
 */

import type { GitCredential } from '../../contracts/git.ts';
import type { CheckedAddress } from '../address.ts';
import { basicAuthorization } from '../http.ts';
import type { RemoteUrl } from '../url.ts';
import type { NativeGit } from './detect.ts';

type Settings = readonly (readonly [key: string, value: string])[];

const hardening: Settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.bigFileThreshold', '16m'],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['protocol.ext.allow', 'never'],
  ['protocol.file.allow', 'never'],
  ['transfer.fsckObjects', 'true'],
  // Harmless faults of old tools, found in the histories of well-known repositories.
  ['fetch.fsck.zeroPaddedFilemode', 'warn'],
  ['fetch.fsck.missingSpaceBeforeDate', 'warn'],
  ['fetch.fsck.badTimezone', 'warn'],
  ['fetch.recurseSubmodules', 'false'],
  ['transfer.bundleURI', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['http.followRedirects', 'false'],
  ['http.proxy', ''],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
];

/** For reading what is on this machine: no protocol is allowed, so a promised object is never fetched. */
export function localEnvironment(git: NativeGit): Record<string, string> {
  return environment(git, [], { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' });
}

/** For housekeeping of a mirror: like `localEnvironment`, with git's own threshold for repacking. */
export function housekeepingEnvironment(git: NativeGit): Record<string, string> {
  return environment(git, [['gc.auto', '6700'], ['gc.autoDetach', 'false']], { GIT_ALLOW_PROTOCOL: 'none' });
}

/** For speaking to one remote, at the addresses that were checked. */
export function remoteEnvironment(git: NativeGit, url: RemoteUrl, of: {
  readonly credential: GitCredential | null; readonly addresses: readonly CheckedAddress[];
}): Record<string, string> {
  const allowed = { GIT_ALLOW_PROTOCOL: url.scheme };
  if (url.scheme === 'ssh') {
    return environment(git, [['protocol.ssh.allow', 'always']], { ...allowed, GIT_SSH_COMMAND: sshCommand(url, of), GIT_SSH_VARIANT: 'ssh' });
  }
  const settings: [string, string][] = [[`protocol.${url.scheme}.allow`, 'always']];
  const shown = of.addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address)).join(',');
  settings.push(['http.curloptResolve', `${url.host}:${url.port}:${shown}`]);
  if (of.credential) settings.push([`http.${url.href}.extraHeader`, `Authorization: ${basicAuthorization(of.credential)}`]);
  return environment(git, settings, allowed);
}

/** Host keys must be known beforehand; the connection goes to a checked address and is verified under the host's name. */
function sshCommand(url: RemoteUrl, of: { credential: GitCredential | null; addresses: readonly CheckedAddress[] }): string {
  const options = [
    'BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'ForwardAgent=no', 'ClearAllForwardings=yes',
    'PermitLocalCommand=no', 'ProxyCommand=none', 'CheckHostIP=no', 'ConnectTimeout=15', 'ServerAliveInterval=10', 'ServerAliveCountMax=3',
    `HostKeyAlias=${url.port === 22 ? url.host : `[${url.host}]:${url.port}`}`,
  ];
  const [first] = of.addresses;
  if (first) options.push(`HostName=${first.address}`);
  const key = of.credential?.privateKeyFile;
  return ['ssh', '-F', '/dev/null', ...options.flatMap((option) => ['-o', option]), ...(key === undefined ? [] : ['-i', key])]
    .map(quoted).join(' ');
}

/** Git hands the command to a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function environment(git: NativeGit, settings: Settings, more: Record<string, string>): Record<string, string> {
  const all = [...hardening, ...settings];
  const result: Record<string, string> = {
    PATH: git.searchPath, LC_ALL: 'C', HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_COUNT: String(all.length), ...more,
  };
  all.forEach(([key, value], index) => {
    result[`GIT_CONFIG_KEY_${index}`] = key;
    result[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return result;
}
