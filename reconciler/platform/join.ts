/** What a member needs to find home: its address on the broker, its keys, its login. */

import { memberBrokerPassword, memberMaterial, type InstallationIdentity } from '../../agent/transports/keys.ts';
import type { MemberAddress } from '../../agent/transports/transport.ts';
import { shortDigestOf } from '../../schemas/digest.ts';
import type { ApplicationId, ClusterId, MemberId } from '../../schemas/ids.ts';
import { shardCount } from '../../schemas/messages/envelope.ts';
import type { Config } from '../config.ts';
import type { JoinConfiguration } from '../contracts/provider.ts';
import type { Launch } from '../model/launch.ts';
import type { State } from '../state.ts';

export interface Joins {
  join(launch: Launch): JoinConfiguration;
  /** Null for a member that nothing is known of. */
  address(state: State, member: MemberId): MemberAddress | null;
}

export function createJoins(of: { readonly config: Config; readonly identity: InstallationIdentity; readonly artifactsUrl: string }): Joins {
  const { config, identity, artifactsUrl } = of;
  return {
    join(launch) {
      const { memberKey, verifyingKey } = memberMaterial(identity, launch.member);
      const { member: _, ...address } = addressOf(launch);
      return {
        installation: identity.installation, member: launch.member, address, memberKey, reconcilerPublicKey: verifyingKey,
        brokerUrl: brokerUrl(config, identity, launch.member), artifactsUrl, launch, reportEveryMs: config.reportEveryMs,
      };
    },
    address(state, member) {
      const launch = state.intents.get(member)?.launch;
      const tags = launch ?? state.inventory.item(member)?.tags;
      return tags ? addressOf({ member, application: tags.application, cluster: tags.cluster }) : null;
    },
  };
}

export function addressOf(of: { readonly member: MemberId; readonly application: ApplicationId; readonly cluster: ClusterId }): MemberAddress {
  const [tenant = '', application = '', ...cluster] = of.cluster.split('/');
  return { shard: shardOf(of.application), tenant: word(tenant), application: word(application), cluster: word(cluster.join('-')), member: of.member };
}

/** The unit of the lease when several replicas share the work. */
export function shardOf(application: ApplicationId): number {
  return Number.parseInt(shortDigestOf(application), 16) % shardCount;
}

const word = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);

/** A member logs in to the embedded broker as itself; to another broker as that broker's URL says. */
function brokerUrl(config: Config, identity: InstallationIdentity, member: MemberId): string {
  return config.brokerUrl ?? `mqtt://${member}:${memberBrokerPassword(identity, member)}@127.0.0.1:${config.embeddedBrokerPort}`;
}
