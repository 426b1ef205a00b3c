/** A source: which commit it was read at, who wrote it and why; when the last attempt failed, why. */

import type { Source } from '../../schemas/api/bodies.generated.ts';
import { authorName, splitMessage } from '../model/commit-text.ts';
import { Ago } from './ago.tsx';
import { CommitId } from './commit-id.tsx';

export function SourceCard({ source }: { readonly source: Source }) {
  const { name, branch, path, url, revision, commit, syncedAt, failure } = source;
  return (
    <article class="source" data-tone={failure === null ? 'good' : 'bad'}>
      <h3 title={url}>{name}<span class="branch-name">{branch}{path === '' || path === '/' ? '' : ` · ${path}`}</span></h3>
      <p class="by">
        {commit === null ? null : <><b title={commit.author}>{authorName(commit.author)}</b>, <Ago at={commit.at} /></>}
        {syncedAt === null ? null : <span class="synced"> read <Ago at={syncedAt} /></span>}
      </p>
      <div class="commit-line">
        {revision === null ? <span class="quiet">not read yet</span> : <CommitId commit={revision} />}
        {commit === null ? null : <Subject message={commit.message} />}
      </div>
      {failure === null ? null : <p class="failure">Cannot be read now: {failure}. The last good revision stays in force.</p>}
    </article>
  );
}

function Subject({ message }: { readonly message: string }) {
  const { subject, body } = splitMessage(message);
  if (body === '') return <span class="subject" title={subject}>{subject}</span>;
  return <details class="subject"><summary title={subject}>{subject}</summary><p>{body}</p></details>;
}
