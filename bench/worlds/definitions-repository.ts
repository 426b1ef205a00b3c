/** Repositories of definitions by their size, and the real path from one to what is desired. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceName } from '../../schemas/ids.ts';
import { systemClock } from '../../reconciler/clock.ts';
import type { Config } from '../../reconciler/config.ts';
import type { Store } from '../../reconciler/contracts/store.ts';
import { createDefinitions, type Definitions } from '../../reconciler/definitions/definitions.ts';
import { createGitStores } from '../../reconciler/git/index.ts';
import { openStore } from '../../reconciler/store/index.ts';
import { definitionFiles } from './definitions.ts';
import { writeRepository, type Commit } from './repository.ts';

export const source = sourceName('definitions');

export const repositoryPath = (folder: string, files: number): string => join(folder, `definitions-${files}.git`);

/** Writes a repository of so many files and the commits on top of them, and notes the commits' ids beside it. */
export function writeDefinitions(folder: string, files: number, later: readonly Commit[] = []): void {
  const path = repositoryPath(folder, files);
  const ids = writeRepository(path, [{ files: definitionFiles(files), message: 'First definitions\n' }, ...later]);
  writeFileSync(`${path}.commits.json`, JSON.stringify(ids));
}

export function commitsOf(path: string): readonly string[] {
  return JSON.parse(readFileSync(`${path}.commits.json`, 'utf8')) as string[];
}

export interface Opened {
  readonly definitions: Definitions;
  readonly store: Store;
  close(): Promise<void>;
}

/** What the reconciler opens for its definitions, over one repository and one store. */
export async function openDefinitions(path: string, storeUrl: string): Promise<Opened> {
  const store = await openStore(storeUrl, { now: () => systemClock.nowMs(), onRemark: () => undefined });
  const epoch = await store.beginEpoch(0);
  const git = await createGitStores({ searchPath: process.env['PATH'] ?? '', remotes: { loopback: 'allow' } });
  const config: Config = {
    dataDirectory: join(path, '..'), httpPort: 0, loadBalancerPort: null, publicUrl: null, brokerUrl: null, embeddedBrokerPort: null, storeUrl,
    logLevel: 'silent', searchPath: process.env['PATH'] ?? '', reportEveryMs: 2_000,
    sources: [{ name: source, url: path, branch: 'main', path: '', tenant: null, secret: null, pollMs: 3_600_000, webhookSecrets: [] }],
  };
  const definitions = await createDefinitions({ config, clock: systemClock, git, store, epoch: () => epoch, onHint: () => undefined });
  return {
    definitions, store,
    async close() {
      await definitions.close();
      await store.close();
    },
  };
}
