/** The two places where a repository can stand, behind one face: on this machine, or at a URL. */

import type { GitRepository } from '../../contracts/git.ts';

export interface Upstream {
  /** Brings what is read up to date. @throws GitFailure when that is impossible now; what was read before stays readable. */
  refresh(): Promise<void>;
  /** @throws GitFailure when there is none yet. */
  repository(): Promise<GitRepository>;
  watch(onHint: () => void): Promise<() => Promise<void>>;
  /** Frees what reading holds; the next read opens it again. */
  release(): Promise<void>;
}

/** Opens once, again after `release` or a failed opening. */
export class OpenedRepository {
  readonly #open: () => Promise<GitRepository>;
  #opened: Promise<GitRepository> | null = null;

  constructor(open: () => Promise<GitRepository>) {
    this.#open = open;
  }

  async get(): Promise<GitRepository> {
    const opening = (this.#opened ??= this.#open());
    try {
      return await opening;
    } catch (error) {
      if (this.#opened === opening) this.#opened = null;
      throw error;
    }
  }

  async release(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    const repository = await opened?.catch(() => null);
    await repository?.close();
  }
}
