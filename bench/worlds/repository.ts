/** Bare repositories for the benchmarks, written with the system's git in one stream. */

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const branch = 'refs/heads/main';

export interface Commit {
  /** Path → content; a path that is not named stays as it was. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly message: string;
}

/** @returns the commits' ids, oldest first. The branch stands at the first one, so that later ones can arrive. */
export function writeRepository(path: string, commits: readonly Commit[]): readonly string[] {
  mkdirSync(path, { recursive: true });
  git(path, ['init', '--quiet', '--bare', '--initial-branch=main']);
  const bytes = (content: string | Uint8Array): Buffer => Buffer.from(content as string);
  const data = (content: string | Uint8Array): Buffer => Buffer.concat([Buffer.from(`data ${bytes(content).length}\n`), bytes(content), Buffer.from('\n')]);
  const stream = commits.flatMap(({ files, message }, index) => [
    Buffer.from(`commit ${branch}\nmark :${index + 1}\ncommitter Ada Example <ada@example.com> ${1_700_000_000 + index} +0000\n`), data(message),
    ...[...files].flatMap(([name, content]) => [Buffer.from(`M 100644 inline ${JSON.stringify(name)}\n`), data(content)]),
  ]);
  git(path, ['fast-import', '--quiet', '--force'], Buffer.concat(stream));
  const ids = git(path, ['rev-list', '--reverse', branch]).split('\n');
  git(path, ['repack', '-a', '-d', '--quiet']);
  moveBranch(path, ids[0] ?? '');
  return ids;
}

export function moveBranch(path: string, commit: string): void {
  git(path, ['update-ref', branch, commit]);
}

export function git(path: string, args: readonly string[], input: Buffer | string = ''): string {
  return execFileSync('git', ['--git-dir', path, '-c', 'gc.auto=0', ...args], { input, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }).trim();
}
