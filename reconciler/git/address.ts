/**
 * Which network addresses a remote may stand at. Link-local, cloud metadata, unspecified, multicast and reserved
 * addresses are always refused, however they are written; loopback only when the policy allows it.
 * Invariant: what is returned is what must be connected to, so that a second look-up cannot answer otherwise.
 */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { GitFailure } from '../contracts/git.ts';

export interface RemotePolicy {
  /** Whether remotes on this very machine may be used; `refuse` where tenants name the URLs. */
  readonly loopback: 'allow' | 'refuse';
}

export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const forbidden = new BlockList();
const loopback = new BlockList();
for (const [network, bits] of [['0.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) {
  forbidden.addSubnet(network, bits, 'ipv4');
}
// Metadata services that stand outside the link-local range.
for (const address of ['100.100.100.200', '168.63.129.16', '192.0.0.192']) forbidden.addAddress(address, 'ipv4');
for (const [network, bits] of [['::', 128], ['fe80::', 10], ['ff00::', 8], ['fd00:ec2::254', 128], ['fd20:ce::254', 128]] as const) {
  forbidden.addSubnet(network, bits, 'ipv6');
}
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Why an address may not be connected to; null when it may. */
export function addressRefusal(address: string, policy: RemotePolicy): string | null {
  const plain = embeddedIpv4(address) ?? address.replace(/%.*$/, '');
  const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(plain) === 0) return 'it is not an address';
  if (forbidden.check(plain, family)) return 'it is link-local, a metadata service, or reserved';
  if (policy.loopback === 'refuse' && loopback.check(plain, family)) return 'it is on this machine';
  return null;
}

/** All addresses of a host. @throws GitFailure `refused` when any of them is, `unreachable` when there is none. */
export async function resolveHost(host: string, policy: RemotePolicy): Promise<readonly CheckedAddress[]> {
  const found = await addressesOf(host);
  for (const { address } of found) {
    const refusal = addressRefusal(address, policy);
    if (refusal !== null) throw new GitFailure('refused', `the host ${host} is refused: ${refusal}`);
  }
  if (found.length === 0) throw new GitFailure('unreachable', `the host ${host} has no address`);
  return found;
}

async function addressesOf(host: string): Promise<readonly CheckedAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family: family === 4 ? 4 : 6 }];
  try {
    const found = await lookup(host, { all: true });
    return found.map((one) => ({ address: one.address, family: one.family === 4 ? 4 : 6 }));
  } catch (cause) {
    throw new GitFailure('unreachable', `the host ${host} cannot be resolved`, { cause });
  }
}

/** The IPv4 address within a mapped, compatible, NAT64 or 6to4 IPv6 address; null when there is none. */
function embeddedIpv4(address: string): string | null {
  if (isIP(address) !== 6) return null;
  const groups = ipv6Groups(address);
  const start = groups.slice(0, 6).join(':');
  const high = groups[0] === 0x2002 ? groups[1] : groups[6];
  const low = groups[0] === 0x2002 ? groups[2] : groups[7];
  if (high === undefined || low === undefined) return null;
  const embeds = groups[0] === 0x2002 || start === '0:0:0:0:0:65535' || start === '100:65435:0:0:0:0'
    || (start === '0:0:0:0:0:0' && high !== 0);
  return embeds ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : null;
}

function ipv6Groups(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address.replace(/%.*$/, ''));
  const pair = (high?: string, low?: string): string => ((Number(high) << 8) | Number(low)).toString(16);
  const plain = dotted ? `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}` : address.replace(/%.*$/, '');
  const [head = '', tail] = plain.split('::');
  const numbers = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const front = numbers(head);
  if (tail === undefined) return front;
  const back = numbers(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}
