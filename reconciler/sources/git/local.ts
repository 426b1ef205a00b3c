/** A bare repository on this machine that others push to: read where it stands, watched by its references. */

import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Clock } from '../../contracts/clock.ts';
import { GitFailure, type GitLimits, type GitStore } from '../../contracts/git.ts';
import { watchPaths } from '../watch-paths.ts';
import { OpenedRepository, type Upstream } from './upstream.ts';

export interface LocalOptions {
  readonly store: GitStore;
  readonly path: string;
  readonly limits: GitLimits;
  readonly clock: Clock;
  readonly pollMs: number;
}

export function createLocalUpstream(options: LocalOptions): Upstream {
  const path = resolve(options.path);
  const opened = new OpenedRepository(() => options.store.open(path, options.limits));
  return {
    async refresh() {
      try {
        await access(join(path, 'HEAD'));
      } catch (cause) {
        await opened.release();
        throw new GitFailure('unreachable', 'there is no repository at the path of the source', { cause });
      }
    },
    repository: () => opened.get(),
    watch: (onHint) => watchPaths({
      paths: ['HEAD', 'packed-refs', 'refs'].map((part) => join(path, part)),
      isIgnored: (file) => basename(file).endsWith('.lock'), clock: options.clock, pollMs: options.pollMs, onHint,
    }),
    release: () => opened.release(),
  };
}
