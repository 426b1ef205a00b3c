/** What carrying out an action needs of the world, handed in by main. */

import type { InstallationIdentity } from '../../agent/transports/keys.ts';
import type { MemberAddress, ReconcilerLink } from '../../agent/transports/transport.ts';
import type { Digest, MemberId, PartitionId, ProviderName } from '../../schemas/ids.ts';
import type { Clock } from '../contracts/clock.ts';
import type { JoinConfiguration, Provider } from '../contracts/provider.ts';
import type { Intent, Store } from '../contracts/store.ts';
import type { Launch } from '../model/launch.ts';

export interface ApplyContext {
  readonly clock: Clock;
  readonly identity: InstallationIdentity;
  readonly store: Store;
  readonly epoch: () => number;
  readonly provider: (name: ProviderName) => Provider | null;
  readonly link: () => ReconcilerLink | null;
  readonly address: (member: MemberId) => MemberAddress | null;
  readonly join: (launch: Launch) => JoinConfiguration;
  /** A relative URL, signed for the member, for as long as a fetch may take. */
  readonly bundleUrl: (of: { digest: Digest; member: MemberId }) => string;
  readonly nextSequence: () => number;
  /** Actions that have not landed yet; kept by the applier, read by the passes. */
  readonly flights: Map<MemberId, Promise<void>>;
  /** Intents as they stand, in memory and in the store. */
  readonly intents: Map<MemberId, Intent>;
  /** Its provider answered: list again, the inventory may have changed. */
  readonly onProviderChanged: (provider: ProviderName) => Promise<void>;
  readonly onReleased: (member: MemberId) => void;
  readonly onForgotten: (member: MemberId) => void;
  readonly onNoCapacity: (partition: PartitionId, untilMs: number, why: string) => void;
}
