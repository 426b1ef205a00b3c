/**
 * One commit of one file, from the moved branch to the plan of every application that it touches. The floors only find the
 * changed file and read it: with git processes that are started for it, and with ones that stay.
 */

import { sized, type Benchmark, type Case, type Side, type World } from '../benchmark.ts';
import { check } from '../../reconciler/plan/check.ts';
import { plan } from '../../reconciler/plan/plan.ts';
import { applicationPath, applicationText, deploymentPolicy, policyPath } from '../worlds/definitions.ts';
import { commitsOf, openDefinitions, repositoryPath, source, writeDefinitions } from '../worlds/definitions-repository.ts';
import { changedFiles, keepGit } from '../worlds/git-batch.ts';
import { unstarted } from '../worlds/plan-input.ts';
import { moveBranch, type Commit } from '../worlds/repository.ts';

const sizes = ({ scale }: World): readonly number[] => sized(scale, { tiny: [60], full: [1_000, 10_000] });

type Change = 'an application' | 'a policy that every tenth application uses';

export const commit: Benchmark = {
  name: 'commit',
  about: 'a commit of one file to the plans that it changes',
  async prepare(world) {
    for (const { change, folder, files } of repositories(world)) writeDefinitions(folder, files, commitsFor(change, world.roundsMax));
  },
  cases: async (world) => ({ cases: repositories(world).map(({ change, folder, files }) => changing(change, repositoryPath(folder, files), files)), skipped: {} }),
};

interface Repository {
  readonly change: Change;
  readonly folder: string;
  readonly files: number;
}

const repositories = (world: World): readonly Repository[] => [
  ...sizes(world).map((files): Repository => ({ change: 'an application', folder: `${world.folder}/application`, files })),
  ...sizes(world).slice(-1).map((files): Repository => ({ change: 'a policy that every tenth application uses', folder: `${world.folder}/policy`, files })),
];

function commitsFor(change: Change, count: number): readonly Commit[] {
  return Array.from({ length: count }, (_, at) => ({
    message: `Change ${change}\n`,
    files: new Map([change === 'an application' ? [applicationPath(at % 10), applicationText(at % 10, 2 + Math.floor(at / 10))] : [policyPath(0), deploymentPolicy(0, 9 + at)]]),
  }));
}

function changing(change: Change, path: string, files: number): Case {
  return {
    name: `${change}, in ${files} files`, operation: 'commit', operations: 1, process: 'kept',
    ours: () => ours(path),
    floors: {
      'git diff-tree and cat-file, started': () => floor(path, async (id) => (await changedFiles(path, id)).length),
      'git diff-tree and cat-file, kept': () => {
        const git = keepGit(path);
        return { ...floor(path, async (id) => (await git.changedFile(id)).length), close: () => git.close() };
      },
    },
  };
}

async function ours(path: string): Promise<Side> {
  const later = commitsOf(path).slice(1);
  const opened = await openDefinitions(path, 'sqlite::memory:');
  await opened.definitions.sync(source);
  return {
    before: () => moveBranch(path, later.shift() ?? ''),
    async round() {
      const { linked, touched } = await opened.definitions.sync(source);
      if (linked === null || touched === 'all' || touched.length === 0) throw new Error(`the commit touched ${String(touched)}`);
      for (const id of touched) {
        const input = unstarted(linked.desired.applications.get(id)!);
        const { plan: decided } = plan(input);
        const broken = check(decided, input);
        if (decided.actions.length + decided.holds.length === 0 || broken.length > 0) throw new Error(`no good plan of ${id}: ${broken.join('; ')}`);
      }
      return { 'applications planned': touched.length };
    },
    close: () => opened.close(),
  };
}

function floor(path: string, read: (commit: string) => Promise<number>): Side {
  const later = commitsOf(path).slice(1);
  return {
    async round() {
      if ((await read(later.shift() ?? '')) === 0) throw new Error('the commit changed nothing');
    },
  };
}
