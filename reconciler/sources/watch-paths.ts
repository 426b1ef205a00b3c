/**
 * Hints from the file system, and from time for when the file system keeps silent (network file systems, a limit on
 * watches): a lost event delays a hint and never loses it.
 */

import { watch } from 'chokidar';
import type { Clock } from '../contracts/clock.ts';
import { startPoll } from './poll.ts';
import { createSettle } from './settle.ts';

export interface WatchOptions {
  readonly paths: readonly string[];
  /** Whether an absolute path is of no interest, with all below it. */
  readonly isIgnored: (path: string) => boolean;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly onEvent?: () => void;
  readonly onHint: () => void;
}

const quietMs = 60;
const latestMs = 1_000;

export async function watchPaths(options: WatchOptions): Promise<() => Promise<void>> {
  const settle = createSettle(options.clock, { quietMs, latestMs, run: options.onHint });
  const watcher = watch([...options.paths], { ignoreInitial: true, followSymlinks: false, ignored: (path) => options.isIgnored(path) });
  watcher.on('all', () => {
    options.onEvent?.();
    settle.event();
  });
  watcher.on('error', () => settle.event());
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  const stopPoll = startPoll(options.clock, options.pollMs, options.onHint);
  return async () => {
    stopPoll();
    settle.cancel();
    await watcher.close();
  };
}
