/** What a promise fails with, as a value. */

import type { GitFailure, GitFailureCode } from '../../reconciler/contracts/git.ts';

export async function failureOf(work: Promise<unknown>): Promise<Pick<GitFailure, 'code' | 'message'> | null> {
  return work.then(() => null, (error: GitFailure) => error);
}

export async function failureCode(work: Promise<unknown>): Promise<GitFailureCode | 'no failure'> {
  return (await failureOf(work))?.code ?? 'no failure';
}
