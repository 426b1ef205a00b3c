/** The first digits of a commit; all of them on hover. */

import { shortCommit } from '../model/commit-text.ts';

export function CommitId({ commit }: { readonly commit: string }) {
  return <code class="commit" title={commit}>{shortCommit(commit)}</code>;
}
