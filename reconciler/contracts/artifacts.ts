/** What mirrors artifact repositories and serves one immutable bundle per content. */

import type { Digest, RepositoryId } from '../../schemas/ids.ts';
import type { DesiredArtifact } from '../model/desired.ts';
import type { ObservedArtifact } from '../model/observed.ts';

export interface Artifacts {
  /** The repositories that matter from now on; mirrors of others are dropped after a while. */
  follow(artifacts: readonly DesiredArtifact[]): void;
  /** The newest knowledge, without waiting. */
  observe(repository: RepositoryId): ObservedArtifact;
  /** Looks at the remote now: a webhook's or poll's hint. */
  refresh(repository: RepositoryId): Promise<void>;
  /** Repositories whose URL matches a hint. */
  matching(url: string): readonly RepositoryId[];
  /** Bundles that must stay although no head stands for them: targets and last good ones of roll-outs. Nothing is removed before the first call. */
  keep(digests: Iterable<Digest>): void;
  /** The bytes of a bundle as a file on this machine; null when it is not held. */
  bundleFile(digest: Digest): Promise<{ readonly path: string; readonly bytes: number } | null>;
  /** Calls back when what `observe` says has changed. */
  onChange(listener: (repository: RepositoryId) => void): void;
  close(): Promise<void>;
}
