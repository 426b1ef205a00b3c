/**
 * Definitions from a repository to what is desired, as after a start: listed and read from Git, parsed, checked, linked,
 * kept in the store. The floor reads the same bytes with the system's git and parses them, and does nothing with them.
 */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { sized, type Benchmark, type Case, type World } from '../benchmark.ts';
import { commitsOf, openDefinitions, repositoryPath, source, writeDefinitions } from '../worlds/definitions-repository.ts';
import { readFilesOf } from '../worlds/git-batch.ts';

const sizes = ({ scale }: World): readonly number[] => sized(scale, { tiny: [40], full: [1_000, 10_000] });
const warmStore = (world: World, files: number): string => join(world.folder, `warm-${files}.sqlite`);

export const definitions: Benchmark = {
  name: 'definitions',
  about: 'a repository of definitions from Git to what is desired',
  async prepare(world) {
    for (const files of sizes(world)) {
      writeDefinitions(world.folder, files);
      await load(repositoryPath(world.folder, files), warmStore(world, files), files);
    }
  },
  cases: async (world) => ({
    cases: sizes(world).flatMap((files) => [loading(world, files, 'nothing parsed before'), loading(world, files, 'parsed before a restart')]),
    skipped: {},
  }),
};

function loading(world: World, files: number, name: 'nothing parsed before' | 'parsed before a restart'): Case {
  const path = repositoryPath(world.folder, files);
  const store = join(world.folder, `round-${process.pid}.sqlite`);
  return {
    name: `${files} files, ${name}`, operation: 'file', operations: files, process: 'fresh',
    ours: () => ({
      before: () => { if (name === 'parsed before a restart') copyFileSync(warmStore(world, files), store); },
      round: () => load(path, store, files),
    }),
    floors: {
      'git cat-file and js-yaml': () => ({
        async round() {
          const found = await readFilesOf(path, commitsOf(path)[0] ?? '');
          const values = [...found.values()].map((bytes) => loadAll(bytes.toString()));
          if (values.length !== files) throw new Error(`${values.length} files were read, not ${files}`);
        },
      }),
    },
  };
}

async function load(path: string, store: string, files: number): Promise<void> {
  const opened = await openDefinitions(path, `sqlite:${store}`);
  const { failure, linked } = await opened.definitions.sync(source);
  await opened.close();
  if (failure !== null || linked === null) throw new Error(`nothing was linked: ${failure}`);
  if (linked.problems.length > 0) throw new Error(`the definitions have problems: ${linked.problems[0]?.message}`);
  if (linked.desired.applications.size < files - 40) throw new Error(`${linked.desired.applications.size} applications of ${files} files`);
}
