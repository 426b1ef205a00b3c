/**
 * A repository at a URL, read from a mirror on this machine. One ls-remote per look; a fetch only when the reference
 * has moved. A look that is asked for while another is under way waits for a new one: the running one may have asked
 * before the push.
 */

import { resolve } from 'node:path';
import type { Clock } from '../../contracts/clock.ts';
import { GitFailure, type GitCredential, type GitLimits, type GitStore } from '../../contracts/git.ts';
import { isObjectId, referenceCandidates } from '../../git/reference.ts';
import { startPoll } from '../poll.ts';
import { OpenedRepository, type Upstream } from './upstream.ts';

export interface RemoteOptions {
  readonly store: GitStore;
  readonly url: string;
  readonly credential: GitCredential | null;
  /** Where the mirror stands; nobody else writes there. */
  readonly mirrorPath: string;
  readonly reference: string;
  readonly limits: GitLimits;
  readonly clock: Clock;
  readonly pollMs: number;
}

export function createRemoteUpstream(options: RemoteOptions): Upstream {
  const { store, limits, reference } = options;
  const path = resolve(options.mirrorPath);
  const remote = { url: options.url, limits, ...(options.credential ? { credential: options.credential } : {}) };
  const opened = new OpenedRepository(() => store.open(path, limits));
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  async function look(): Promise<void> {
    const there = await store.listRemote(remote);
    const here = await mirrored();
    const name = referenceCandidates(reference).find((one) => there.has(one));
    const wanted = isObjectId(reference) ? reference : name === undefined ? null : there.get(`${name}^{}`) ?? there.get(name);
    if (wanted !== here) await store.mirror(path, remote);
  }

  /** The commit that the mirror has for the reference; null when it has no such reference; undefined when there is no sound mirror. */
  async function mirrored(): Promise<string | null | undefined> {
    try {
      return await (await opened.get()).resolve(reference);
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      return error.code === 'no-such-reference' || error.code === 'empty' ? null : undefined;
    }
  }

  function start(): Promise<void> {
    running = look().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    refresh() {
      if (!running) return start();
      waiting ??= running.catch(() => {}).then(() => {
        waiting = null;
        return start();
      });
      return waiting;
    },
    repository: () => opened.get(),
    async watch(onHint) {
      const stop = startPoll(options.clock, options.pollMs, onHint);
      return async () => stop();
    },
    release: () => opened.release(),
  };
}
