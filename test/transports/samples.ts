/** A member, its installation and its messages, for the tests of the transports. */

import { memberId, type Digest, type ObjectId, type RepositoryId, type TenantName } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import type { Report } from '../../schemas/messages/report.ts';
import type { MemberAddress } from '../../agent/transports/transport.ts';

export const member = memberId('shop-web-0-2-5f3a1c9d');
export const otherMember = memberId('shop-web-1-1-77aa01bc');
export const time = '2026-11-20T10:00:00.000Z';

const repository = 'r-5f3a1c9d' as RepositoryId;
const commit = 'a'.repeat(40) as ObjectId;
const digest = `sha256:${'0f'.repeat(32)}` as Digest;

export function addressOf(id = member, application = 'shop', shard = 7): MemberAddress {
  return { shard, tenant: 'default' as TenantName, application, cluster: 'web', member: id };
}

export function assignment(changes: Partial<Assignment> = {}): Assignment {
  return {
    generation: { epoch: 3, counter: 12 },
    artifacts: [{ repository, commit, digest, url: `bundles/${commit}?member=${member}`, bytes: 1234 }],
    peers: [{
      member: otherMember,
      cluster: 'tiers/api',
      endpoints: { http: { protocol: 'http', host: '127.0.0.1', port: 40123 } },
      metadata: { url: 'http://127.0.0.1:40123' },
      commits: { [repository]: commit },
    }],
    imports: { API_URL: { cluster: 'tiers/api', key: 'url' } },
    environment: { LOG: 'info' },
    duty: 'serve',
    timeouts: { drainMs: 10_000, startMs: 120_000, extensionMs: 60_000 },
    ...changes,
  };
}

export function report(changes: Partial<Report> = {}): Report {
  return {
    member,
    hello: false,
    boots: 2,
    status: 'active',
    serving: 'yes',
    applied: { epoch: 3, counter: 12 },
    seen: { epoch: 3, counter: 12 },
    artifacts: [{ repository, commit, digest }],
    refused: [{ repository, commit: 'b'.repeat(40) as ObjectId, digest, reason: 'the start extension exited with 1' }],
    endpoints: [{ port: 'http', protocol: 'http', host: '127.0.0.1', number: 40124, url: 'http://127.0.0.1:40124' }],
    metadata: { url: 'http://127.0.0.1:40124' },
    health: { requestsInFlight: 3, requestsTotal: 1000, requestsFailed: 1, memoryConsumption: 41.5, loadAverage: 12.25 },
    remark: '',
    ...changes,
  };
}

export const bytesOf = (text: string): Uint8Array => Buffer.from(text);
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
