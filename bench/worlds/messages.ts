/** Members, and what is said to and by them. */

import { digestOf } from '../../schemas/digest.ts';
import { memberId, objectId, repositoryId } from '../../schemas/ids.ts';
import type { AliasPath } from '../../schemas/ids.ts';
import type { Assignment } from '../../schemas/messages/assignment.ts';
import type { Report } from '../../schemas/messages/report.ts';
import { sealAssignment, sealReport } from '../../agent/transports/envelope.ts';
import { memberKeys, type InstallationIdentity } from '../../agent/transports/keys.ts';
import type { MemberAddress } from '../../agent/transports/transport.ts';
import type { Letter } from './bare-client.ts';

const time = '2027-01-15T08:00:00.000Z';
const repository = repositoryId('r-5f3a1c9d');
const commit = objectId('a'.repeat(40));
const digest = digestOf('bundle');

export function addresses(count: number): readonly MemberAddress[] {
  return Array.from({ length: count }, (_, index) => ({ shard: 0, tenant: 'default', application: 'shop', cluster: 'web', member: memberId(`shop-web-${index}-1-5f3a1c9d`) }));
}

/** One artifact, three peers. */
export function sealedAssignment(identity: InstallationIdentity, { member, shard }: MemberAddress, sequence: number): Uint8Array {
  const assignment: Assignment = {
    generation: { epoch: 1, counter: sequence }, duty: 'serve', environment: { LOG: 'info' }, imports: { API_URL: { cluster: 'tiers/api' as AliasPath, key: 'url' } },
    artifacts: [{ repository, commit, digest, url: `bundles/${digest}?member=${member}&expires=1800000000&signature=${'s'.repeat(43)}`, bytes: 1234 }],
    peers: [0, 1, 2].map((index) => ({
      member: memberId(`shop-api-${index}-1-77aa01bc`), cluster: 'tiers/api' as AliasPath, commits: { [repository]: commit },
      endpoints: { http: { protocol: 'http', host: '127.0.0.1', port: 40_000 + index } }, metadata: { url: `http://127.0.0.1:${40_000 + index}` },
    })),
    timeouts: { drainMs: 10_000, startMs: 120_000, extensionMs: 60_000 },
  };
  return sealAssignment(assignment, identity, { member, shard, epoch: 1, sequence, time });
}

/** Reports of all members, the way they come every two seconds: only their statistics differ. */
export function sealedReports(identity: InstallationIdentity, of: readonly MemberAddress[], sequence: number): readonly Letter[] {
  return of.map((to) => ({ to, bytes: sealReport(report(to, sequence), memberKeys(identity, to.member), { shard: to.shard, sequence, time }) }));
}

function report({ member }: MemberAddress, sequence: number): Report {
  return {
    member, hello: false, boots: 1, status: 'active', serving: 'yes', applied: { epoch: 1, counter: 1 }, seen: { epoch: 1, counter: 1 },
    artifacts: [{ repository, commit, digest }], refused: [],
    endpoints: [{ port: 'http', protocol: 'http', host: '127.0.0.1', number: 40_124, url: 'http://127.0.0.1:40124' }],
    metadata: { url: 'http://127.0.0.1:40124' }, remark: '',
    health: { requestsInFlight: 3, requestsTotal: sequence, requestsFailed: 0, memoryConsumption: 41.5, loadAverage: 12.25 },
  };
}
