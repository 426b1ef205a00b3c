/** What the local provider is made with. */

import type { InstallationId, ProviderName } from '../../../schemas/ids.ts';
import type { Clock } from '../../contracts/clock.ts';

export interface LocalProviderOptions {
  readonly name: ProviderName;
  readonly installation: InstallationId;
  /** The provider's own folder; everything it keeps stands below. Not shared with another installation. */
  readonly dataDirectory: string;
  /** Folders whose subfolders are images; the first that has a name wins. */
  readonly imageRoots: readonly string[];
  /** Program and arguments of the agent; the member's directory is added as the last one. */
  readonly agentCommand: readonly [string, ...string[]];
  /** Variables that agents get beside those that every member has. */
  readonly agentEnvironment?: Readonly<Record<string, string>>;
  /** The port of the first load-balancer cluster; null picks a free one. */
  readonly loadBalancerPort: number | null;
  /** User ids for members, one each, both ends included. Used only where this process may and the files allow. */
  readonly memberUsers?: { readonly from: number; readonly to: number };
  /** The longest that an agent may take to stop after it was asked to. */
  readonly stopGraceMs?: number;
  /** How often the processes are looked at while somebody watches. */
  readonly pollMs?: number;
  readonly clock: Clock;
  readonly onRemark: (text: string) => void;
}

export const defaultStopGraceMs = 10_000;
export const defaultPollMs = 750;
