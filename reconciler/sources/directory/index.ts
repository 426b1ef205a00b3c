/**
 * A folder being edited as a source. Editors save by removing and renaming, and people move files in steps: a file that
 * disappears stays listed, with its last content, until the folder has been quiet for a while.
 * Invariants: a snapshot holds its bytes, so later edits do not show through; a folder that is missing, unreadable or
 * has become empty is a failure.
 */

import { createHash } from 'node:crypto';
import { resolve, sep } from 'node:path';
import type { SourceName } from '../../../schemas/ids.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Source, SourceFailure, SourceFailureCode, SourceSnapshot } from '../../contracts/source.ts';
import { defaultSourceLimits, isHidden, type SourceLimits } from '../definition-file.ts';
import { watchPaths } from '../watch-paths.ts';
import { scanFolder, TooLargeError, type ScannedFile } from './scan.ts';

export interface DirectorySourceOptions {
  readonly name: SourceName;
  readonly path: string;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly limits?: SourceLimits;
}

/** How long nothing may change before a removal is believed. */
export const removalQuietMs = 2_000;

export function createDirectorySource(options: DirectorySourceOptions): Source {
  return new DirectorySource(options);
}

class DirectorySource implements Source {
  readonly name: SourceName;
  readonly #options: DirectorySourceOptions;
  readonly #root: string;
  #files: ReadonlyMap<string, ScannedFile> = new Map();
  /** Listed and no longer there. */
  #disappeared: ReadonlySet<string> = new Set();
  #changedAtMs = -Infinity;
  #onHint: (() => void) | null = null;
  #cancelHint: (() => void) | null = null;
  #scanning: Promise<unknown> = Promise.resolve();

  constructor(options: DirectorySourceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#root = resolve(options.path);
  }

  snapshot(since?: string): Promise<SourceSnapshot | SourceFailure> {
    // One scan at a time: each begins with what the last one found.
    const scan = this.#scanning.then(() => this.#scan(since));
    this.#scanning = scan.catch(() => {});
    return scan;
  }

  async at(revision: string): Promise<SourceSnapshot | SourceFailure> {
    if (this.#files.size > 0 && revision === revisionOf(this.#files)) return this.#snapshotOf(undefined);
    return this.#failure('no-such-revision', 'a folder keeps no history');
  }

  async *previous(): AsyncGenerator<string, void, void> {}

  async watch(onHint: () => void): Promise<() => Promise<void>> {
    const { clock, pollMs } = this.#options;
    const stop = await watchPaths({
      paths: [this.#root], clock, pollMs, onHint,
      isIgnored: (path) => path.startsWith(this.#root + sep) && path.slice(this.#root.length + 1).split(sep).some(isHidden),
      onEvent: () => {
        this.#changedAtMs = clock.monotonicMs();
      },
    });
    this.#onHint = onHint;
    return async () => {
      this.#onHint = null;
      this.#cancelHint?.();
      await stop();
    };
  }

  async close(): Promise<void> {
    await this.#scanning;
    this.#cancelHint?.();
    this.#files = new Map();
    this.#disappeared = new Set();
  }

  async #scan(since: string | undefined): Promise<SourceSnapshot | SourceFailure> {
    try {
      this.#take(await scanFolder(this.#root, this.#files, this.#options.limits ?? defaultSourceLimits));
    } catch (error) {
      if (error instanceof TooLargeError) return this.#failure('too-large', error.message);
      return this.#failure('unreachable', `the folder cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
    }
    if (this.#files.size === 0) return this.#failure('empty', 'the folder holds no *.yaml, *.yml or *.json file');
    return this.#snapshotOf(since);
  }

  /** Takes over what was found; what was not found stays until the folder has been quiet. */
  #take(found: ReadonlyMap<string, ScannedFile>): void {
    const nowMs = this.#options.clock.monotonicMs();
    const missing = new Set([...this.#files.keys()].filter((path) => !found.has(path)));
    const isChanged = missing.size !== this.#disappeared.size || [...missing].some((path) => !this.#disappeared.has(path))
      || [...found].some(([path, file]) => this.#files.get(path)?.stamp !== file.stamp);
    if (isChanged && this.#files.size > 0) this.#changedAtMs = nowMs;
    const quietMs = nowMs - this.#changedAtMs;
    const isQuiet = quietMs >= removalQuietMs;
    const kept = isQuiet ? [] : [...this.#files].filter(([path]) => missing.has(path));
    this.#files = new Map([...found, ...kept].sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#disappeared = isQuiet ? new Set() : missing;
    this.#cancelHint?.();
    if (this.#disappeared.size > 0 && this.#onHint) {
      this.#cancelHint = this.#options.clock.after(removalQuietMs - quietMs + 1, this.#onHint);
    }
  }

  #snapshotOf(since: string | undefined): SourceSnapshot {
    const files = this.#files;
    const revision = revisionOf(files);
    return {
      source: this.name, revision, commit: null, files,
      lineage: since === undefined ? 'first' : since === revision ? 'same' : since.startsWith('dir:') ? 'ahead' : 'unrelated',
      async read(path) {
        const file = files.get(path);
        if (!file) throw new TypeError(`${path} is not listed`);
        return file.bytes ?? file.refusal ?? { refused: 'unreadable', message: 'the file was not read' };
      },
    };
  }

  #failure(failed: SourceFailureCode, message: string): SourceFailure {
    return { source: this.name, failed, message, lastRevision: this.#files.size > 0 ? revisionOf(this.#files) : null };
  }
}

function revisionOf(files: ReadonlyMap<string, ScannedFile>): string {
  const hash = createHash('sha256');
  for (const [path, file] of files) hash.update(JSON.stringify([path, file.blob]));
  return `dir:${hash.digest('hex')}`;
}
