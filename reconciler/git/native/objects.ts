/** Reading objects and references of one repository through the system's git. */

import { GitFailure } from '../../contracts/git.ts';
import { objectId, type ObjectId } from '../../../schemas/ids.ts';
import type { ObjectReader } from '../object.ts';
import { CatFile, type CatFileOptions } from './cat-file.ts';
import type { NativeGit } from './detect.ts';
import { localEnvironment } from './environment.ts';
import { runGit, type GitRun } from './run.ts';

/** Objects read only to learn an id are cut off far above any honest commit or tag. */
const pointedAtBytesMax = 1024 * 1024;

export function createNativeReader(git: NativeGit, path: string, options: CatFileOptions): ObjectReader {
  const catFile = new CatFile(git, path, options);

  function run(args: readonly string[]): Promise<GitRun> {
    return runGit(git, [`--git-dir=${path}`, ...args], {
      environment: localEnvironment(git), timeoutMs: options.answerTimeoutMs, stdoutBytesMax: 64 * 1024,
    });
  }

  /** Tells a reference to a missing object from a missing reference, which `cat-file` does not. */
  async function danglingReference(name: string): Promise<ObjectId | null> {
    const { code, stdout } = await run(['rev-parse', '--verify', '--quiet', name]);
    return code === 0 ? objectId(stdout.toString('latin1').trim()) : null;
  }

  return {
    async read(id, bytesMax) {
      const answer = await catFile.ask(id, bytesMax);
      if (!answer) throw new GitFailure('missing-object', `the repository holds no object ${id}`);
      return { kind: answer.kind, bytes: answer.bytes };
    },
    async reference(name) {
      const answer = await catFile.ask(name, pointedAtBytesMax);
      return answer ? answer.id : danglingReference(name);
    },
    async isEmpty() {
      const { code, stdout } = await run(['for-each-ref', '--count=1', '--format=%(refname)', 'refs/heads/', 'refs/tags/']);
      return code === 0 && stdout.length === 0;
    },
    close: () => catFile.close(),
  };
}
