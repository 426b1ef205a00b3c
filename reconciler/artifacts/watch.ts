/** Watches the references of a local bare repository: a hint that somebody has pushed. */

import { join } from 'node:path';
import { watch } from 'chokidar';
import type { Clock } from '../contracts/clock.ts';

/** Calls back once the references have been quiet for `debounceMs`; the repository need not be there yet. */
export function watchReferences(of: { readonly path: string; readonly clock: Clock; readonly debounceMs: number; readonly onHint: () => void }): { close(): Promise<void> } {
  let cancel: () => void = () => undefined;
  const watcher = watch(['refs', 'packed-refs', 'HEAD'].map((name) => join(of.path, name)), {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => path.endsWith('.lock'),
  });
  watcher.on('all', () => {
    cancel();
    cancel = of.clock.after(of.debounceMs, of.onHint);
  });
  // Without the watcher there is still the poll; an error here must not end the process.
  watcher.on('error', () => of.onHint());
  return {
    async close() {
      cancel();
      await watcher.close();
    },
  };
}
